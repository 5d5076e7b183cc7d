package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// hubAnswers are the findings of Security Hub, which the emulator takes and forgets. One hub an account and region is always on, and takes findings of every product.
//
// Source: Security Hub API reference, BatchImportFindings, GetFindings, BatchUpdateFindings.
var hubAnswers = []answer{
	{service: "securityhub", method: http.MethodPost, path: regexp.MustCompile(`^/findings/import$`), serve: serveImportFindings},
	{service: "securityhub", method: http.MethodPost, path: regexp.MustCompile(`^/findings$`), serve: serveHubFindings},
	{service: "securityhub", method: http.MethodPatch, path: regexp.MustCompile(`^/findings/batchupdate$`), serve: serveUpdateFindings},
}

// The bounds of the calls. The API reference tells no default of MaxResults: a small page has callers page.
const (
	hubBatch      = 100 // findings a call
	hubValues     = 20  // values an attribute
	hubAttributes = 10  // attributes of the filters
	hubPage       = 10  // findings a page, unless the caller wants another number
	hubNote       = 512 // characters of a note's text
)

// A hubFinding is a finding in ASFF as it was imported and updated since.
type hubFinding map[string]any

// is tells whether id names the finding.
func (h hubFinding) is(id hubID) bool { return h["Id"] == id.ID && h["ProductArn"] == id.Product }

// A hubID names a finding.
type hubID struct {
	ID      string `json:"Id"`
	Product string `json:"ProductArn"`
}

// regionScope is the region within a signature.
var regionScope = regexp.MustCompile(`Credential=[^/]+/\d+/([^/]+)/`)

// hubSlot is the key under which the front keeps the findings of one hub.
func hubSlot(r *http.Request) string {
	region := ""
	if found := regionScope.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
		region = found[1]
	}
	return "securityhub findings " + r.Header.Get(accountHeader) + " " + region
}

// ofUpdates are the members that belong to BatchUpdateFindings: a finding that is imported again keeps them.
//
// Source: Security Hub user guide, "BatchImportFindings for finding providers".
var ofUpdates = []string{"Note", "UserDefinedFields", "VerificationState", "Workflow"}

func serveImportFindings(f *Front, w http.ResponseWriter, r *http.Request) {
	var in struct{ Findings []hubFinding }
	if !readHub(w, r, &in) {
		return
	}
	if len(in.Findings) == 0 || len(in.Findings) > hubBatch {
		refuseREST(w, http.StatusBadRequest, "InvalidInputException")
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	findings, failed := slices.Clone(kept[[]hubFinding](f, hubSlot(r))), []map[string]any{}
	for _, found := range in.Findings {
		id, isID := found["Id"].(string)
		product, isProduct := found["ProductArn"].(string)
		if !isID || !isProduct {
			failed = append(failed, map[string]any{"Id": id, "ErrorCode": "InvalidInput", "ErrorMessage": "Id or ProductArn is missing"})
			continue
		}
		at := slices.IndexFunc(findings, func(h hubFinding) bool { return h.is(hubID{id, product}) })
		if at < 0 {
			findings = append(findings, found)
			continue
		}
		for _, name := range ofUpdates {
			delete(found, name)
			if value, there := findings[at][name]; there {
				found[name] = value
			}
		}
		findings[at] = found
	}
	keep(f, hubSlot(r), findings)
	writeJSON(w, map[string]any{"SuccessCount": len(in.Findings) - len(failed), "FailedCount": len(failed), "FailedFindings": failed})
}

// A hubFilter is one value of an attribute.
type hubFilter struct{ Value, Comparison string }

// serveHubFindings filters by members of a finding that are text, and by no other comparison than EQUALS. Attributes must all fit, and one value of each.
func serveHubFindings(f *Front, w http.ResponseWriter, r *http.Request) {
	var in struct {
		Filters    map[string][]hubFilter
		NextToken  string
		MaxResults int
	}
	if !readHub(w, r, &in) {
		return
	}
	from, err := strconv.Atoi("0" + in.NextToken)
	size := in.MaxResults
	if size == 0 {
		size = hubPage
	}
	if err != nil || size < 0 || size > hubBatch || !filterable(in.Filters) {
		refuseREST(w, http.StatusBadRequest, "InvalidInputException")
		return
	}
	f.mu.Lock()
	all := slices.DeleteFunc(slices.Clone(kept[[]hubFinding](f, hubSlot(r))), func(h hubFinding) bool { return !h.fits(in.Filters) })
	f.mu.Unlock()
	from = min(from, len(all))
	to := min(from+size, len(all))
	out := map[string]any{"Findings": append([]hubFinding{}, all[from:to]...)}
	if to < len(all) {
		out["NextToken"] = strconv.Itoa(to)
	}
	writeJSON(w, out)
}

// filterable tells whether the front can filter so, within AWS's bounds.
func filterable(filters map[string][]hubFilter) bool {
	for _, values := range filters {
		if len(values) > hubValues || slices.ContainsFunc(values, func(v hubFilter) bool { return v.Comparison != "EQUALS" }) {
			return false
		}
	}
	return len(filters) <= hubAttributes
}

func (h hubFinding) fits(filters map[string][]hubFilter) bool {
	for name, values := range filters {
		if !slices.ContainsFunc(values, func(v hubFilter) bool { return h[name] == v.Value }) {
			return false
		}
	}
	return true
}

// A hubUpdate is what is written into findings; nil leaves a member as it is.
type hubUpdate struct {
	FindingIdentifiers []hubID
	Note               map[string]any
	Workflow           map[string]any
	UserDefinedFields  map[string]any
}

func serveUpdateFindings(f *Front, w http.ResponseWriter, r *http.Request) {
	var in hubUpdate
	if !readHub(w, r, &in) {
		return
	}
	if len(in.FindingIdentifiers) == 0 || len(in.FindingIdentifiers) > hubBatch {
		refuseREST(w, http.StatusBadRequest, "InvalidInputException")
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	findings := slices.Clone(kept[[]hubFinding](f, hubSlot(r)))
	processed, unprocessed := []hubID{}, []map[string]any{}
	for i, id := range in.FindingIdentifiers {
		at := slices.IndexFunc(findings, func(h hubFinding) bool { return h.is(id) })
		code, message := in.fault(i, at >= 0)
		if code != "" {
			unprocessed = append(unprocessed, map[string]any{"FindingIdentifier": id, "ErrorCode": code, "ErrorMessage": message})
			continue
		}
		findings[at] = in.into(findings[at])
		processed = append(processed, id)
	}
	keep(f, hubSlot(r), findings)
	writeJSON(w, map[string]any{"ProcessedFindings": processed, "UnprocessedFindings": unprocessed})
}

// fault says why one of the findings is not updated; "" if it is.
//
// Source: Security Hub API reference, BatchUpdateFindingsUnprocessedFinding.
func (u hubUpdate) fault(i int, found bool) (code, message string) {
	text, _ := u.Note["Text"].(string)
	switch {
	case slices.Contains(u.FindingIdentifiers[:i], u.FindingIdentifiers[i]):
		return "DuplicatedFindingIdentifier", "Finding Identifier is duplicated"
	case !found:
		return "FindingNotFound", "Finding Not Found"
	case u.Note != nil && (text == "" || utf8.RuneCountInString(text) > hubNote || u.Note["UpdatedBy"] == nil):
		return "InvalidInput", "Invalid Input"
	}
	return "", ""
}

// into is a finding after the update.
func (u hubUpdate) into(h hubFinding) hubFinding {
	h = maps.Clone(h)
	if u.Note != nil {
		note := maps.Clone(u.Note)
		note["UpdatedAt"] = time.Now().UTC().Format(time.RFC3339Nano)
		h["Note"] = note
	}
	if u.Workflow != nil {
		h["Workflow"] = u.Workflow
	}
	if u.UserDefinedFields != nil {
		h["UserDefinedFields"] = u.UserDefinedFields
	}
	return h
}

// readHub reads a request; false if it was no JSON and is answered.
func readHub(w http.ResponseWriter, r *http.Request, in any) bool {
	body, err := readBody(r)
	if err != nil || json.Unmarshal(body, in) != nil {
		refuseREST(w, http.StatusBadRequest, "InvalidInputException")
		return false
	}
	return true
}
