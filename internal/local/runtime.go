package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"time"
)

// A runtime plays AWS Lambda's Runtime API to one function: the function asks for its next invocation and posts what came of it.
//
// Source: AWS Lambda developer guide, "Using the Lambda runtime API for custom runtimes".
type runtime struct {
	arn     string // of the function
	timeout time.Duration
	server  *http.Server
	address string // "127.0.0.1:PORT"
	next    chan *invocation

	mu      sync.Mutex
	running map[string]*invocation
	count   int  // invocations so far
	ready   bool // whether the process that runs now asked for work
	fault   error
}

type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	answer   chan answer // buffered: nobody has to wait for it
}

type answer struct {
	body []byte
	err  error
}

// errTimeout says that a function did not answer in its time; AWS ends the process then.
var errTimeout = errors.New("the function did not answer in time")

const runtimePath = "/2018-06-01/runtime/"

func newRuntime(arn string, timeout time.Duration) (*runtime, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open the Runtime API: %w", err)
	}
	r := &runtime{arn: arn, timeout: timeout, address: listener.Addr().String(), next: make(chan *invocation), running: map[string]*invocation{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+runtimePath+"invocation/next", r.give)
	mux.HandleFunc("POST "+runtimePath+"invocation/{id}/response", func(w http.ResponseWriter, q *http.Request) {
		r.take(w, q, func(body []byte) answer { return answer{body: body} })
	})
	mux.HandleFunc("POST "+runtimePath+"invocation/{id}/error", func(w http.ResponseWriter, q *http.Request) {
		r.take(w, q, func(body []byte) answer { return answer{err: fmt.Errorf("the function answered: %s", body)} })
	})
	mux.HandleFunc("POST "+runtimePath+"init/error", r.notStarted)
	r.server = &http.Server{Handler: mux}
	go func() { _ = r.server.Serve(listener) }() // ends with close
	return r, nil
}

func (r *runtime) close() error { return r.server.Close() }

// Invoke hands a payload to the function and waits for its answer.
func (r *runtime) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	r.mu.Lock()
	r.count++
	in := &invocation{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", r.count), payload: payload, answer: make(chan answer, 1)}
	r.mu.Unlock()
	select {
	case r.next <- in:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	timer := time.NewTimer(r.timeout)
	defer timer.Stop()
	select {
	case a := <-in.answer:
		return a.body, a.err
	case <-timer.C:
		return nil, errTimeout
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// give answers the function's question for work when there is some.
func (r *runtime) give(w http.ResponseWriter, q *http.Request) {
	r.mu.Lock()
	r.ready = true
	r.mu.Unlock()
	select {
	case in := <-r.next:
		in.deadline = time.Now().Add(r.timeout)
		r.mu.Lock()
		r.running[in.id] = in
		r.mu.Unlock()
		header := w.Header()
		header.Set("Lambda-Runtime-Aws-Request-Id", in.id)
		header.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(in.deadline.UnixMilli(), 10))
		header.Set("Lambda-Runtime-Invoked-Function-Arn", r.arn)
		header.Set("Content-Type", "application/json")
		_, _ = w.Write(in.payload) // a function that is not there any more is seen by its end
	case <-q.Context().Done():
	}
}

// take takes what came of an invocation.
func (r *runtime) take(w http.ResponseWriter, q *http.Request, make func(body []byte) answer) {
	body, err := io.ReadAll(q.Body)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	in, known := r.running[q.PathValue("id")]
	delete(r.running, q.PathValue("id"))
	r.mu.Unlock()
	if !known {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	in.answer <- make(body)
	w.WriteHeader(http.StatusAccepted)
}

func (r *runtime) notStarted(w http.ResponseWriter, q *http.Request) {
	body, _ := io.ReadAll(q.Body) // what was read of the reason is better than none
	r.mu.Lock()
	r.fault = fmt.Errorf("the function did not start: %s", body)
	r.mu.Unlock()
	w.WriteHeader(http.StatusAccepted)
}

// died fails what the process was working on, and tells whether it ever asked for work.
func (r *runtime) died(cause error) (wasReady bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, in := range r.running {
		in.answer <- answer{err: fmt.Errorf("the function's process ended: %w", cause)}
		delete(r.running, id)
	}
	wasReady, r.ready = r.ready, false
	return wasReady
}
