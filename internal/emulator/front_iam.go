package emulator

import (
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// respell takes the place of what the emulator lacks in IAM: the tag keys of users and roles ignore letter case, so that Owner written over owner leaves one tag, Owner.
// The emulator keeps both. So the other spellings of what TagUser and TagRole write are taken away first.
//
// Source: IAM user guide, "Tags for AWS Identity and Access Management resources" (case sensitivity).
func (f *Front) respell(r *http.Request, form url.Values) {
	kind := strings.TrimPrefix(form.Get("Action"), "Tag") // User or Role
	name := url.Values{"Version": form["Version"], kind + "Name": form[kind+"Name"]}
	name.Set("Action", "List"+kind+"Tags")
	other := otherSpellings(f.ask(r, name), form)
	if len(other) == 0 {
		return
	}
	name.Set("Action", "Untag"+kind)
	for i, key := range other {
		name.Set("TagKeys.member."+strconv.Itoa(i+1), key)
	}
	f.ask(r, name)
}

// otherSpellings are the keys of a tag list that equal one of a form but for letter case.
func otherSpellings(list []byte, form url.Values) []string {
	var answer struct {
		User []string `xml:"ListUserTagsResult>Tags>member>Key"`
		Role []string `xml:"ListRoleTagsResult>Tags>member>Key"`
	}
	if xml.Unmarshal(list, &answer) != nil {
		return nil
	}
	var other []string
	for _, key := range append(answer.User, answer.Role...) {
		if slices.ContainsFunc(writtenKeys(form), func(written string) bool { return written != key && strings.EqualFold(written, key) }) {
			other = append(other, key)
		}
	}
	return other
}

// writtenKeys are the keys of Tags in a form.
func writtenKeys(form url.Values) []string {
	var keys []string
	for name, values := range form {
		if strings.HasPrefix(name, "Tags.member.") && strings.HasSuffix(name, ".Key") {
			keys = append(keys, values...)
		}
	}
	return keys
}

// ask sends a form to the emulator in the name of a request, and gives the answer's body.
func (f *Front) ask(r *http.Request, form url.Values) []byte {
	body := form.Encode()
	asked, err := http.NewRequestWithContext(r.Context(), http.MethodPost, r.URL.String(), strings.NewReader(body))
	if err != nil {
		return nil
	}
	asked.Header = r.Header.Clone()
	asked.Header.Set("Content-Length", strconv.Itoa(len(body)))
	asked.Host = r.Host
	return f.proxied(asked).Body.Bytes()
}
