package emulator

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

// threatListAnswers are threat lists, which the emulator lacks.
//
// Source: GuardDuty API reference, CreateThreatIntelSet, GetThreatIntelSet, UpdateThreatIntelSet.
var threatListAnswers = []answer{
	{service: "guardduty", method: http.MethodPost, path: regexp.MustCompile(`^/detector/[^/]+/threatintelset$`), serve: serveCreateThreatList},
	{service: "guardduty", method: http.MethodGet, path: threatListPath, serve: serveGetThreatList},
	{service: "guardduty", method: http.MethodPost, path: threatListPath, serve: serveUpdateThreatList},
}

// noGuardDuty is how GuardDuty answers for what it does not have.
const noGuardDuty = "BadRequestException"

var threatListPath = regexp.MustCompile(`^/detector/[^/]+/threatintelset/[^/]+$`)

// A threatList is one as GuardDuty tells it.
type threatList struct {
	Name     string `json:"name"`
	Format   string `json:"format"`
	Location string `json:"location"`
	Status   string `json:"status"`
}

// threatListSlot is the key under which the front keeps the list at a path.
func threatListSlot(r *http.Request, path string) string {
	return "guardduty list " + r.Header.Get(accountHeader) + " " + path
}

func serveCreateThreatList(f *Front, w http.ResponseWriter, r *http.Request) {
	var list threatList
	body, err := readBody(r)
	if err != nil || json.Unmarshal(body, &list) != nil {
		refuseREST(w, http.StatusBadRequest, noGuardDuty)
		return
	}
	hash := sha256.Sum256([]byte(list.Name))
	id := hex.EncodeToString(hash[:16])
	list.Status = statusOf(body, "INACTIVE")
	keep(f, threatListSlot(r, r.URL.Path+"/"+id), list)
	writeJSON(w, map[string]string{"threatIntelSetId": id})
}

func serveGetThreatList(f *Front, w http.ResponseWriter, r *http.Request) {
	list := kept[threatList](f, threatListSlot(r, r.URL.Path))
	if list.Name == "" {
		refuseREST(w, http.StatusBadRequest, noGuardDuty)
		return
	}
	writeJSON(w, list)
}

func serveUpdateThreatList(f *Front, w http.ResponseWriter, r *http.Request) {
	slot := threatListSlot(r, r.URL.Path)
	list := kept[threatList](f, slot)
	body, err := readBody(r)
	if err != nil || list.Name == "" {
		refuseREST(w, http.StatusBadRequest, noGuardDuty)
		return
	}
	list.Status = statusOf(body, list.Status)
	keep(f, slot, list)
	writeJSON(w, struct{}{})
}

// statusOf is the status that a request's activate asks for.
func statusOf(body []byte, otherwise string) string {
	switch text := string(body); {
	case strings.Contains(text, `"activate":true`):
		return "ACTIVE"
	case strings.Contains(text, `"activate":false`):
		return "INACTIVE"
	}
	return otherwise
}
