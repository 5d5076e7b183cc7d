package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
)

// accountHeader tells the emulator which account a request is made in.
const accountHeader = "X-Moto-Account-Id"

// readBody reads a body that is read again.
func readBody(r *http.Request) ([]byte, error) {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body, err
}

// formOf is the form that a request carries; empty if it carries none.
func formOf(r *http.Request) url.Values {
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		return nil
	}
	body, err := readBody(r)
	if err != nil {
		return nil
	}
	form, err := url.ParseQuery(string(body))
	if err != nil {
		return nil
	}
	return form
}

// proxied is what the emulator itself answers.
func (f *Front) proxied(r *http.Request) *httptest.ResponseRecorder {
	answer := httptest.NewRecorder()
	f.proxy.ServeHTTP(answer, r)
	return answer
}

// passOn has the emulator answer a request, with another body.
func (f *Front) passOn(w http.ResponseWriter, r *http.Request, body []byte) {
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
	f.proxy.ServeHTTP(w, r)
}

// copyAnswer gives an answer of the emulator, with another body.
func copyAnswer(w http.ResponseWriter, answer *httptest.ResponseRecorder, body []byte) {
	maps.Copy(w.Header(), answer.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(answer.Code)
	_, _ = w.Write(body) // a client that is gone needs no answer
}

// writeJSON gives an answer of ours.
func writeJSON(w http.ResponseWriter, out any) { writeStatus(w, http.StatusOK, out) }

func writeStatus(w http.ResponseWriter, status int, out any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(out) // a client that is gone needs no answer
}

// refuseREST is how services that speak REST refuse a request.
func refuseREST(w http.ResponseWriter, status int, code string) {
	w.Header().Set("X-Amzn-Errortype", code)
	writeStatus(w, status, map[string]string{"message": "the request was rejected"})
}

// refuseJSON is how services that name an operation, and speak JSON, refuse a request.
func refuseJSON(w http.ResponseWriter, code string) {
	writeStatus(w, http.StatusBadRequest, map[string]string{"__type": code})
}
