// Package emulator completes the emulator of AWS that tests and the one-machine mode work with: it answers what that lacks.
package emulator

import (
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"regexp"
	"strings"
	"sync"
)

// A Front stands before the emulator and answers what the emulator lacks; all else goes on to it.
type Front struct {
	Address  string // "http://127.0.0.1:PORT"
	emulator *url.URL
	server   *http.Server
	proxy    *httputil.ReverseProxy
	watch    func(Call) // may be nil

	mu   sync.Mutex
	tags map[string]map[string]string // of resources whose tagging the emulator refuses, by ARN

	state sync.Map // of the answers, by key
}

// A Call is one request as the front sees it.
type Call struct {
	Service   string // as the signature names it: "ec2"
	Operation string // where the request names it: "CreateTags"; "" for REST
}

// New starts the front of an emulator.
func New(emulator string, watch func(Call)) (*Front, error) {
	target, err := url.Parse(emulator)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	f := &Front{Address: "http://" + listener.Addr().String(), emulator: target, watch: watch, tags: map[string]map[string]string{}}
	f.proxy = &httputil.ReverseProxy{Rewrite: f.rewrite, ErrorLog: log.New(io.Discard, "", 0)} // a caller that was ended is no news
	f.server = &http.Server{Handler: f}
	go func() { _ = f.server.Serve(listener) }() // ends with close
	return f, nil
}

func (f *Front) Close() error { return f.server.Close() }

// accountHost is how S3 Control's clients spell the host: the account before it.
var accountHost = regexp.MustCompile(`^(\d{12})\.`)

// rewrite sends a request on. The emulator knows S3 Control by AWS's own host only.
func (f *Front) rewrite(r *httputil.ProxyRequest) {
	r.SetURL(f.emulator)
	r.Out.Host = r.In.Host
	if account := accountHost.FindStringSubmatch(r.In.Host); account != nil {
		r.Out.Host = account[1] + ".s3-control." + Region + ".amazonaws.com"
	}
}

func (f *Front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodConnect {
		http.Error(w, "nothing leaves this machine", http.StatusForbidden)
		return
	}
	if f.watch != nil {
		f.watch(callOf(r))
	}
	if a := answerTo(r); a != nil {
		a.serve(f, w, r)
		return
	}
	target := r.Header.Get("X-Amz-Target")
	if api, operation, _ := strings.Cut(target, "."); strings.HasPrefix(api, taggingAPI) {
		f.serveTagging(w, r, operation)
		return
	}
	if form := formOf(r); form.Get("Action") == "TagUser" || form.Get("Action") == "TagRole" {
		f.respell(r, form)
	}
	f.proxy.ServeHTTP(w, r)
}

// scope is the service within a signature.
//
// Source: IAM user guide, "Create a signed AWS API request" (Credential=KEY/DATE/REGION/SERVICE/aws4_request).
var scope = regexp.MustCompile(`Credential=[^/]+/\d+/[^/]+/([^/]+)/`)

func callOf(r *http.Request) Call {
	var c Call
	if found := scope.FindStringSubmatch(r.Header.Get("Authorization")); found != nil {
		c.Service = found[1]
	}
	_, c.Operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if c.Operation == "" {
		c.Operation = formOf(r).Get("Action")
	}
	return c
}
