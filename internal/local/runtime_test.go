package local

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// A worker is a function as small as it can be: it asks for work once, and answers.
func work(t *testing.T, api *runtime, answer string, body string) http.Header {
	t.Helper()
	base := "http://" + api.address + runtimePath + "invocation/"
	next, err := http.Get(base + "next")
	if err != nil {
		t.Error(err)
		return nil
	}
	defer next.Body.Close()
	payload, err := io.ReadAll(next.Body)
	if err != nil || string(payload) != "question" {
		t.Errorf("got payload %q and error %v, want question", payload, err)
	}
	if answer != "" {
		post(t, base+next.Header.Get("Lambda-Runtime-Aws-Request-Id")+"/"+answer, body, http.StatusAccepted)
	}
	return next.Header
}

func post(t *testing.T, url, body string, want int) {
	t.Helper()
	answer, err := http.Post(url, "application/json", strings.NewReader(body))
	if err != nil {
		t.Error(err)
		return
	}
	defer answer.Body.Close()
	if answer.StatusCode != want {
		t.Errorf("POST %s: got status %d, want %d", url, answer.StatusCode, want)
	}
}

func newTestRuntime(t *testing.T, timeout time.Duration) *runtime {
	t.Helper()
	api, err := newRuntime("arn:aws:lambda:us-east-1:111122223333:function:f", timeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = api.close() })
	return api
}

func TestInvoke(t *testing.T) {
	for _, c := range []struct{ name, path, body, want, err string }{
		{"a response", "response", `{"batchItemFailures":[]}`, `{"batchItemFailures":[]}`, ""},
		{"an error", "error", `{"errorMessage":"no"}`, "", `the function answered: {"errorMessage":"no"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			api := newTestRuntime(t, time.Minute)
			headers := make(chan http.Header, 1)
			go func() { headers <- work(t, api, c.path, c.body) }()
			got, err := api.Invoke(t.Context(), []byte("question"))
			if string(got) != c.want || errText(err) != c.err {
				t.Errorf("got %q and error %q, want %q and %q", got, errText(err), c.want, c.err)
			}
			header := <-headers
			if got, want := header.Get("Lambda-Runtime-Invoked-Function-Arn"), api.arn; got != want {
				t.Errorf("got ARN %q, want %q", got, want)
			}
			if header.Get("Lambda-Runtime-Deadline-Ms") == "" {
				t.Error("no deadline")
			}
			if api.count != 1 {
				t.Errorf("got %d invocations, want 1", api.count)
			}
		})
	}
}

func TestInvokeWithoutAnswer(t *testing.T) {
	t.Run("in time", func(t *testing.T) {
		api := newTestRuntime(t, time.Millisecond)
		go work(t, api, "", "")
		if _, err := api.Invoke(t.Context(), []byte("question")); !errors.Is(err, errTimeout) {
			t.Errorf("got %v, want %v", err, errTimeout)
		}
	})
	t.Run("because the process ended", func(t *testing.T) {
		api := newTestRuntime(t, time.Minute)
		cause := errors.New("signal: killed")
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			work(t, api, "", "")
			if first, second := api.died(cause), api.died(cause); !first || second {
				t.Errorf("got that it asked for work %t, and %t before it was started again, want true and false", first, second)
			}
		}()
		if _, err := api.Invoke(t.Context(), []byte("question")); !errors.Is(err, cause) {
			t.Errorf("got %v, want %v", err, cause)
		}
		<-ended
	})
	t.Run("because nobody waits any more", func(t *testing.T) {
		api := newTestRuntime(t, time.Minute)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := api.Invoke(ctx, nil); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want %v", err, context.Canceled)
		}
	})
}

func TestAnswerOfNobody(t *testing.T) {
	api := newTestRuntime(t, time.Minute)
	post(t, "http://"+api.address+runtimePath+"invocation/no-such/response", "{}", http.StatusForbidden)
	if api.died(nil) {
		t.Error("no process asked for work, and one is said to have")
	}
}
