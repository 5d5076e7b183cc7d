package emulator

import (
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// TestBrokenConnections holds that a call whose connection breaks is made again, and that one which is answered with 500 is not.
func TestBrokenConnections(t *testing.T) {
	for _, c := range []struct {
		name  string
		first func(http.ResponseWriter)
		want  int
		fails bool
	}{
		{"reset in the middle of the answer", func(w http.ResponseWriter) {
			w.Header().Set("Content-Length", "100")
			w.WriteHeader(http.StatusOK)
			connection, _, err := http.NewResponseController(w).Hijack()
			if err != nil {
				t.Error(err)
				return
			}
			if tcp, ok := connection.(*net.TCPConn); ok {
				_ = tcp.SetLinger(0) // what is left to be sent is thrown away, and the other side is told
			}
			_ = connection.Close()
		}, 2, false},
		{"what the emulator lacks", func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) }, 1, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			asked := 0
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				if asked++; asked == 1 {
					c.first(w)
					return
				}
				_, _ = w.Write([]byte(`{"QueueUrls":[]}`))
			}))
			defer server.Close()
			_, err := sqs.NewFromConfig(Config(server.URL, Region)).ListQueues(t.Context(), &sqs.ListQueuesInput{})
			if (err != nil) != c.fails || asked != c.want {
				t.Errorf("got %d calls and error %v, want %d and error %v", asked, err, c.want, c.fails)
			}
		})
	}
}
