package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"

	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// A function is a function binary with its Runtime API.
type function struct {
	name    string
	binary  string
	environ []string
	log     string // file that it writes to
	*runtime

	mu      sync.Mutex
	process *os.Process
	gone    error // why it is started no more; nil while it is
}

// How often a process that ended is started again: one that never asked for work has nothing to come back for.
const (
	restarts     = 20
	coldRestarts = 2
)

func (m *machine) startFunctions(ctx context.Context) error {
	running, stop := context.WithCancel(ctx)
	m.stop = stop
	for _, w := range m.wires.functions() {
		f, err := m.host(running, w.function)
		if err != nil {
			return err
		}
		m.spawn(func() { w.poll(running, f) })
	}
	var err error
	m.operator, err = m.host(running, rights.OperatorName)
	return err
}

// host starts a function's process, and what gives it its work.
func (m *machine) host(running context.Context, name string) (*function, error) {
	timeout, special := timeouts[name]
	if !special {
		timeout = wiring.JudgeTimeout
	}
	api, err := newRuntime(fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", Region, Account, names.Function(name)), timeout)
	if err != nil {
		return nil, err
	}
	f := &function{name: name, binary: m.binary(name), runtime: api, log: filepath.Join(m.work, name+".log")}
	f.environ = m.environ(f)
	m.functions = append(m.functions, f)
	m.spawn(func() { f.run(running) })
	return f, nil
}

// timeouts are how long functions may run that are no judges.
var timeouts = map[string]time.Duration{actName: wiring.ActTimeout, rights.ClockName: wiring.ClockTimeout, rights.OperatorName: wiring.OperatorTimeout}

// spawn runs something that close waits for.
func (m *machine) spawn(do func()) {
	ended := make(chan struct{})
	m.running = append(m.running, ended)
	go func() {
		defer close(ended)
		do()
	}()
}

// environ is what a function is told: as in a deployment, but that everything it calls is the emulator.
//
// Source: AWS Lambda developer guide, "Defined runtime environment variables".
func (m *machine) environ(f *function) []string {
	return append(m.organization(f.name), []string{
		"AWS_LAMBDA_RUNTIME_API=" + f.address,
		"AWS_LAMBDA_FUNCTION_NAME=" + names.Function(f.name),
		"LAMBDA_TASK_ROOT=" + filepath.Dir(m.policyFile()),
		"AWS_REGION=" + Region,
		"AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL=" + m.front.Address,
		"AWS_MAX_ATTEMPTS=1",                                              // what the emulator lacks it answers with 500, again and again; the queue tries again anyway
		"HTTP_PROXY=" + m.front.Address, "HTTPS_PROXY=" + m.front.Address, // what has a host of its own (S3 Control) comes to the front, too, and nothing leaves the machine
		wiring.Policy + "=" + filepath.Base(m.policyFile()),
		wiring.Table + "=" + names.Table(),
		wiring.Key + "=" + keyAlias,
		wiring.Topic + "=" + m.wires.topic,
		wiring.Queue + "=" + m.wires.act.url,
		wiring.Own + "=" + m.wires.clock.url,
		wiring.Offset + "=" + m.ahead.String(),
		wiring.Prefix + "=" + names.Prefix,
		fmt.Sprintf("%s=%d", wiring.Attempts, wiring.MaxReceives),
	}...)
}

// run starts the process and starts it again when it ends, within bounds.
func (f *function) run(ctx context.Context) {
	defer func() { _ = f.close() }()
	for ends, cold := 0, 0; ends <= restarts && cold <= coldRestarts; ends++ {
		err := f.once(ctx)
		if warm := f.died(err); !warm {
			cold++
		}
		if ctx.Err() != nil {
			return
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gone = fmt.Errorf("the function %s ended too often: %s", f.name, lastLine(f.log))
}

// once runs the process until it ends.
func (f *function) once(ctx context.Context) error {
	log, err := os.OpenFile(f.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	command := exec.CommandContext(ctx, f.binary)
	command.Env, command.Dir, command.Stdout, command.Stderr = f.environ, filepath.Dir(f.binary), log, log
	command.WaitDelay = time.Second
	if err := command.Start(); err != nil {
		return err
	}
	f.mu.Lock()
	f.process = command.Process
	f.mu.Unlock()
	if err := command.Wait(); err != nil {
		return err
	}
	return errors.New("it ended by itself")
}

// kill ends the process; it is started again.
func (f *function) kill() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.process != nil {
		_ = f.process.Kill() // it may have ended by itself
	}
}

// err is why the function is started no more.
func (f *function) err() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.gone
}
