package local

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/tagwarden/tagwarden/internal/emulator"
)

// A moto is a running moto_server.
type moto struct {
	endpoint string // "http://127.0.0.1:PORT"
	command  *exec.Cmd
	ended    chan struct{} // closed when the process has ended
	log      string        // file that it writes to
}

// How long the emulator may take: it loads much of Python on a machine that may be busy.
const (
	emulatorWait  = 90 * time.Second
	emulatorPause = 100 * time.Millisecond
	emulatorEnd   = 5 * time.Second // to end by itself
	emulatorTries = 3               // somebody else may take the free port first
)

func (m *machine) startEmulator(ctx context.Context) error {
	command, err := findEmulator(m.Root)
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		m.emulator, err = launch(ctx, command, m.work, m.Environ)
		if err == nil || try == emulatorTries || ctx.Err() != nil {
			break
		}
	}
	if err != nil {
		return err
	}
	m.front, err = emulator.New(m.emulator.endpoint, func(c emulator.Call) {
		if m.watch != nil {
			m.watch(m, c)
		}
	})
	return err
}

// Emulator starts an emulator of its own, of the project in a folder or from PATH, for tests that cannot share one. It gives its address, and what ends it.
func Emulator(ctx context.Context, root, work string) (endpoint string, stop func() error, err error) {
	command, err := findEmulator(root)
	if err != nil {
		return "", nil, err
	}
	e, err := launch(ctx, command, work, os.Environ())
	if err != nil {
		return "", nil, err
	}
	return e.endpoint, e.stop, nil
}

// findEmulator finds moto_server: of the project's virtual environment, else from PATH.
func findEmulator(root string) (string, error) {
	if own := filepath.Join(root, ".venv", "bin", "moto_server"); root != "" {
		if _, err := os.Stat(own); err == nil {
			return filepath.Abs(own) // it is started in another folder
		}
	}
	found, err := exec.LookPath("moto_server")
	if err != nil {
		return "", errors.New("there is no moto_server, neither in .venv/bin nor in PATH: `make run` makes it, or install moto[server] with pip")
	}
	return found, nil
}

// launch starts moto_server on a free port and waits until it answers. It runs in a session of its own, so that it can outlive us, and so that Ctrl-C reaches us only.
func launch(ctx context.Context, command, folder string, environ []string) (*moto, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	e := &moto{endpoint: "http://127.0.0.1:" + port, ended: make(chan struct{}), log: filepath.Join(folder, "emulator.log")}
	log, err := os.Create(e.log)
	if err != nil {
		return nil, err
	}
	defer log.Close() // the process has its own handle
	e.command = exec.Command(command, "-H", "127.0.0.1", "-p", port)
	e.command.Env = append(withoutAWS(environ), "MOTO_ACCOUNT_ID="+Account) // of all accounts it makes this one, so that plain credentials see everything
	e.command.Dir, e.command.Stdout, e.command.Stderr = folder, log, log
	e.command.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := e.command.Start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", command, err)
	}
	go func() {
		_ = e.command.Wait() // that it ended is all that counts
		close(e.ended)
	}()
	if err := e.await(ctx); err != nil {
		return nil, errors.Join(err, e.stop())
	}
	return e, nil
}

// await waits until the emulator answers.
func (e *moto) await(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, emulatorWait)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, e.endpoint+"/moto-api/", nil)
		if err != nil {
			return err
		}
		if answer, err := http.DefaultClient.Do(request); err == nil {
			return answer.Body.Close()
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("moto_server does not answer on %s: %w", e.endpoint, ctx.Err())
		case <-e.ended:
			return fmt.Errorf("moto_server ended: %s", lastLine(e.log))
		case <-time.After(emulatorPause):
		}
	}
}

// reset has the emulator forget all that was made.
func (e *moto) reset(ctx context.Context) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.endpoint+"/moto-api/reset", nil)
	if err != nil {
		return err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return fmt.Errorf("reset the emulator: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("reset the emulator: it answered %s", answer.Status)
	}
	return nil
}

// stop ends the process, and whatever it started.
func (e *moto) stop() error {
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGKILL} {
		if err := syscall.Kill(-e.command.Process.Pid, signal); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("end moto_server (process %d): %w", e.command.Process.Pid, err)
		}
		select {
		case <-e.ended:
			return nil
		case <-time.After(emulatorEnd):
		}
	}
	return fmt.Errorf("moto_server (process %d) does not end", e.command.Process.Pid)
}

// freePort asks the system for a port that nobody listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return strconv.Itoa(listener.Addr().(*net.TCPAddr).Port), nil
}

// withoutAWS is an environment without what would lead to a real account or through a proxy.
func withoutAWS(environ []string) []string {
	var kept []string
	for _, e := range environ {
		name := strings.ToUpper(e)
		if !strings.HasPrefix(name, "AWS_") && !strings.HasPrefix(name, "HTTP_PROXY=") && !strings.HasPrefix(name, "HTTPS_PROXY=") {
			kept = append(kept, e)
		}
	}
	return kept
}

// lastLine is the last line of a log, for an error.
func lastLine(file string) string {
	data, err := os.ReadFile(file)
	if err != nil {
		return err.Error()
	}
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	return lines[len(lines)-1]
}
