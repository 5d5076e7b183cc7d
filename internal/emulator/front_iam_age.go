package emulator

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
)

// iamAnswers make old what the emulator can only make new: keys and passwords of users whose path is /since/YYYY-MM-DD/ were created, and the password last used, on
// that day.
var iamAnswers = []answer{
	{service: "iam", operation: "GetUser", serve: serveAged},
	{service: "iam", operation: "ListAccessKeys", serve: serveAged},
	{service: "iam", operation: "GetLoginProfile", serve: serveAged},
}

var (
	createDate = regexp.MustCompile(`<CreateDate>[^<]*</CreateDate>`)
	sincePath  = regexp.MustCompile(`^/since/(\d{4}-\d\d-\d\d)/$`)
)

func serveAged(f *Front, w http.ResponseWriter, r *http.Request) {
	form := formOf(r)
	answer := f.proxied(r)
	body := answer.Body.Bytes()
	if day := f.since(r, form); day != "" {
		body = createDate.ReplaceAll(body, []byte("<CreateDate>"+day+"T00:00:00Z</CreateDate>"))
		body = bytes.Replace(body, []byte("</User>"), []byte("<PasswordLastUsed>"+day+"T00:00:00Z</PasswordLastUsed></User>"), 1)
	}
	copyAnswer(w, answer, body)
}

// since is the day that the path of a form's user tells; "" for none.
func (f *Front) since(r *http.Request, form url.Values) string {
	var user struct {
		Path string `xml:"GetUserResult>User>Path"`
	}
	if xml.Unmarshal(f.ask(r, url.Values{"Action": {"GetUser"}, "Version": form["Version"], "UserName": form["UserName"]}), &user) != nil {
		return ""
	}
	if found := sincePath.FindStringSubmatch(user.Path); found != nil {
		return found[1]
	}
	return ""
}
