package emulator

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"slices"
	"strings"
)

// lambdaAnswers keep the functions' resource policies: the emulator's have no condition of a function URL, and it takes a permission back under no revision.
var lambdaAnswers = []answer{
	{service: "lambda", method: http.MethodPost, path: policyPath, serve: addPermission},
	{service: "lambda", method: http.MethodGet, path: policyPath, serve: getPolicy},
	{service: "lambda", method: http.MethodDelete, path: regexp.MustCompile(`^/2015-03-31/functions/[^/]+/policy/[^/]+$`), serve: removePermission},
}

var policyPath = regexp.MustCompile(`^/2015-03-31/functions/[^/]+/policy$`)

// A functionPolicy is the policy of a function, version or alias.
type functionPolicy struct {
	statements []map[string]any
	revision   int
}

// policyKey is where the front keeps the policy that a request is about.
func policyKey(r *http.Request) string {
	function, _, _ := strings.Cut(r.URL.Path, "/policy")
	return "lambda policy " + r.Header.Get(accountHeader) + function + ":" + r.URL.Query().Get("Qualifier")
}

// permissionConditions are the conditions that AddPermission makes of its parameters.
//
// Source: Lambda developer guide, "Viewing resource-based IAM policies in Lambda" and "Control access to Lambda function URLs" (example policies).
var permissionConditions = map[string][2]string{
	"SourceArn":             {"ArnLike", "AWS:SourceArn"},
	"SourceAccount":         {"StringEquals", "AWS:SourceAccount"},
	"PrincipalOrgID":        {"StringEquals", "aws:PrincipalOrgID"},
	"EventSourceToken":      {"StringEquals", "lambda:EventSourceToken"},
	"FunctionUrlAuthType":   {"StringEquals", "lambda:FunctionUrlAuthType"},
	"InvokedViaFunctionUrl": {"Bool", "lambda:InvokedViaFunctionUrl"},
}

// addPermission is AddPermission. Source: Lambda API reference, AddPermission.
func addPermission(f *Front, w http.ResponseWriter, r *http.Request) {
	var in map[string]any
	body, err := readBody(r)
	if err != nil || json.Unmarshal(body, &in) != nil {
		refuseREST(w, http.StatusBadRequest, "InvalidRequestContentException")
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	p := kept[functionPolicy](f, policyKey(r))
	revision, _ := in["RevisionId"].(string)
	switch {
	case revision != "" && revision != p.id():
		refuseREST(w, http.StatusPreconditionFailed, "PreconditionFailedException")
		return
	case p.index(in["StatementId"]) >= 0:
		refuseREST(w, http.StatusConflict, "ResourceConflictException")
		return
	}
	keep(f, policyKey(r), functionPolicy{append(slices.Clone(p.statements), statementOf(r, in)), p.revision + 1})
	w.WriteHeader(http.StatusCreated)
	_, _ = io.WriteString(w, `{"Statement":"{}"}`)
}

// statementOf is the statement that a permission becomes.
func statementOf(r *http.Request, in map[string]any) map[string]any {
	principal := in["Principal"]
	if name, _ := principal.(string); strings.HasSuffix(name, ".amazonaws.com") {
		principal = map[string]any{"Service": name}
	} else if name != "*" {
		principal = map[string]any{"AWS": name}
	}
	function, err := url.PathUnescape(strings.Split(r.URL.EscapedPath(), "/")[3])
	if err != nil {
		function = ""
	}
	arn := "arn:aws:lambda:" + Region + ":" + r.Header.Get(accountHeader) + ":function:" + function
	if q := r.URL.Query().Get("Qualifier"); q != "" {
		arn += ":" + q
	}
	s := map[string]any{"Sid": in["StatementId"], "Effect": "Allow", "Principal": principal, "Action": in["Action"], "Resource": arn}
	conditions := map[string]map[string]any{}
	for parameter, c := range permissionConditions {
		if value, given := in[parameter]; given {
			if conditions[c[0]] == nil {
				conditions[c[0]] = map[string]any{}
			}
			conditions[c[0]][c[1]] = fmt.Sprint(value)
		}
	}
	if len(conditions) > 0 {
		s["Condition"] = conditions
	}
	return s
}

// getPolicy is GetPolicy; the emulator knows best of a function without a policy. Source: Lambda API reference, GetPolicy.
func getPolicy(f *Front, w http.ResponseWriter, r *http.Request) {
	p := kept[functionPolicy](f, policyKey(r))
	if len(p.statements) == 0 {
		f.proxy.ServeHTTP(w, r)
		return
	}
	document, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Id": "default", "Statement": p.statements})
	if err == nil {
		document, err = json.Marshal(map[string]string{"Policy": string(document), "RevisionId": p.id()})
	}
	if err != nil {
		refuseREST(w, http.StatusInternalServerError, "ServiceException")
		return
	}
	_, _ = w.Write(document)
}

// removePermission is RemovePermission. Source: Lambda API reference, RemovePermission.
func removePermission(f *Front, w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p := kept[functionPolicy](f, policyKey(r))
	at := p.index(path.Base(r.URL.Path))
	revision := r.URL.Query().Get("RevisionId")
	switch {
	case at < 0:
		refuseREST(w, http.StatusNotFound, "ResourceNotFoundException")
		return
	case revision != "" && revision != p.id():
		refuseREST(w, http.StatusPreconditionFailed, "PreconditionFailedException")
		return
	}
	keep(f, policyKey(r), functionPolicy{slices.Delete(slices.Clone(p.statements), at, at+1), p.revision + 1})
	w.WriteHeader(http.StatusNoContent)
}

func (p functionPolicy) id() string { return fmt.Sprintf("revision-%d", p.revision) }

func (p functionPolicy) index(sid any) int {
	return slices.IndexFunc(p.statements, func(s map[string]any) bool { return s["Sid"] == sid })
}
