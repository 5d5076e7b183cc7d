package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// guarddutyAnswers are what the emulator lacks of findings: it has detectors only.
//
// Source: GuardDuty API reference, CreateSampleFindings, ListFindings, GetFindings, ArchiveFindings, UnarchiveFindings.
var guarddutyAnswers = []answer{
	{service: "guardduty", method: http.MethodPost, path: findingsPath("create"), serve: serveSampleFindings},
	{service: "guardduty", method: http.MethodPost, path: findingsPath(""), serve: serveListFindings},
	{service: "guardduty", method: http.MethodPost, path: findingsPath("get"), serve: serveGetFindings},
	{service: "guardduty", method: http.MethodPost, path: findingsPath("archive"), serve: archiveFindings(true)},
	{service: "guardduty", method: http.MethodPost, path: findingsPath("unarchive"), serve: archiveFindings(false)},
}

func findingsPath(end string) *regexp.Regexp {
	return regexp.MustCompile(strings.TrimSuffix(`^/detector/[^/]+/findings/`+end, "/") + `/?$`)
}

// A guardDutyFinding is what the front keeps of a finding.
type guardDutyFinding struct {
	id, typ  string
	archived bool
}

// A findingsRequest is what of the requests the front looks at.
type findingsRequest struct {
	FindingTypes []string `json:"findingTypes"`
	FindingIDs   []string `json:"findingIds"`
}

// readFindings reads a request, and gives the slot of its detector's findings. What cannot be read asks for nothing.
func readFindings(r *http.Request) (in findingsRequest, slot string) {
	if body, err := readBody(r); err == nil {
		_ = json.Unmarshal(body, &in)
	}
	detector, _ := url.PathUnescape(strings.Split(r.URL.EscapedPath(), "/")[2])
	return in, "guardduty findings " + r.Header.Get(accountHeader) + " " + detector
}

// serveSampleFindings makes one finding of each type; the same type of the same detector has the same id, as a repeated sample of AWS has.
func serveSampleFindings(f *Front, w http.ResponseWriter, r *http.Request) {
	in, slot := readFindings(r)
	f.mu.Lock()
	defer f.mu.Unlock()
	findings := kept[[]guardDutyFinding](f, slot)
	for _, typ := range in.FindingTypes {
		hash := sha256.Sum256([]byte(slot + typ))
		findings = append(slices.Clone(findings), guardDutyFinding{id: hex.EncodeToString(hash[:16]), typ: typ})
	}
	keep(f, slot, findings)
	writeJSON(w, struct{}{})
}

func serveListFindings(f *Front, w http.ResponseWriter, r *http.Request) {
	_, slot := readFindings(r)
	ids := []string{}
	for _, found := range kept[[]guardDutyFinding](f, slot) {
		ids = append(ids, found.id)
	}
	writeJSON(w, map[string]any{"findingIds": ids})
}

func serveGetFindings(f *Front, w http.ResponseWriter, r *http.Request) {
	in, slot := readFindings(r)
	findings := []any{}
	for _, found := range kept[[]guardDutyFinding](f, slot) {
		if slices.Contains(in.FindingIDs, found.id) {
			findings = append(findings, map[string]any{"id": found.id, "type": found.typ, "service": map[string]any{"archived": found.archived}})
		}
	}
	writeJSON(w, map[string]any{"findings": findings})
}

func archiveFindings(archived bool) func(*Front, http.ResponseWriter, *http.Request) {
	return func(f *Front, w http.ResponseWriter, r *http.Request) {
		in, slot := readFindings(r)
		f.mu.Lock()
		defer f.mu.Unlock()
		findings := slices.Clone(kept[[]guardDutyFinding](f, slot))
		for i := range findings {
			if slices.Contains(in.FindingIDs, findings[i].id) {
				findings[i].archived = archived
			}
		}
		keep(f, slot, findings)
		writeJSON(w, struct{}{})
	}
}
