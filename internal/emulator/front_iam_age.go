package emulator

import (
	"bytes"
	"encoding/xml"
	"net/http"
	"net/url"
	"regexp"
)

// iamAnswers give users the ids that AWS has, and make old what the emulator can only make new: keys and passwords of users whose path is /since/YYYY-MM-DD/ were created,
// and the password last used, on that day.
var iamAnswers = []answer{
	{service: "iam", operation: "GetUser", serve: serveAged},
	{service: "iam", operation: "ListAccessKeys", serve: serveAged},
	{service: "iam", operation: "GetLoginProfile", serve: serveAged},
	{service: "iam", operation: "ListUsers", serve: serveAged},
}

// userID is a user's unique id as the emulator makes it, with the part that AWS's prefix takes the place of.
var userID = regexp.MustCompile(`<UserId>[a-z0-9]{3}([a-z0-9]{17})</UserId>`)

// uniqueIDs gives users the unique ids that AWS would.
//
// Source: IAM user guide, "IAM identifiers" (AIDA begins a user's).
func uniqueIDs(body []byte) []byte {
	return userID.ReplaceAllFunc(body, func(id []byte) []byte {
		return []byte("<UserId>AIDA" + string(bytes.ToUpper(userID.FindSubmatch(id)[1])) + "</UserId>")
	})
}

var (
	createDate = regexp.MustCompile(`<CreateDate>[^<]*</CreateDate>`)
	sincePath  = regexp.MustCompile(`^/since/(\d{4}-\d\d-\d\d)/$`)
)

func serveAged(f *Front, w http.ResponseWriter, r *http.Request) {
	form := formOf(r)
	answer := f.proxied(r)
	body := uniqueIDs(answer.Body.Bytes())
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
