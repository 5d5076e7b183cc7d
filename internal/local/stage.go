package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/tagwarden/tagwarden/internal/deployed"
	"github.com/tagwarden/tagwarden/internal/policyfile"
	"github.com/tagwarden/tagwarden/internal/wiring"
)

// StageOptions say what is to be deployed on the emulator, and tried there.
type StageOptions struct {
	Template string   // path of the synthesized template, with its assets beside it
	Released string   // path of the last release's template, from which an update is tried; "" tries none
	Seed     string   // path of the seed file
	Paths    []string // event files and folders
	Fixed    bool     // each event has to come out fixed; else it has to be answered
	Root     string   // the module's folder, where a virtual environment may stand; "" if there is none
	Environ  []string // of the emulator
	Stderr   interface {
		Write([]byte) (int, error)
	}
	Progress func(done, total int, doing string) // may be nil
}

// A Staged is what was seen of a template on the emulator.
type Staged struct {
	Template  string
	Made      deployed.Comparison
	Functions []string // that run with the environment that they are deployed with
	Sent      []Sent
	Update    Update
	Left      []string // "logical id (type)": what deleting the stack leaves
	Problems  []string // what is not as it should be, beside the differences
}

// Bad tells whether anything is not as it should be.
func (s Staged) Bad() bool {
	return len(s.Made.Differences)+len(s.Update.Made.Differences)+len(s.Problems) > 0
}

// A stage is a machine whose table, topic, queues, rules and functions are those of a template, as CloudFormation on the emulator made them.
type stage struct {
	*machine
	options StageOptions
	cloud   *deployed.Cloud
	rules   []deployed.Rule
	table   string // name of the journal's table
	found   Staged
}

// Stage puts a template through CloudFormation on the emulator, compares what was made, runs the functions as they are deployed, has events answered by them, tries the update
// from the last release, and deletes the stack. The error says what kept it from that; what is not as it should be stands in the answer.
func Stage(ctx context.Context, o StageOptions) (found Staged, err error) {
	m := &machine{Options: Options{Seed: o.Seed, Paths: o.Paths, Root: o.Root, Environ: o.Environ, Stderr: o.Stderr, Progress: o.Progress}}
	if m.Progress == nil {
		m.Progress = func(int, int, string) {}
	}
	s := &stage{machine: m, options: o, found: Staged{Template: o.Template}}
	defer func() { err = errors.Join(err, m.close(false)) }()
	for _, step := range []struct {
		doing string
		do    func(context.Context) error
	}{
		{"reading events", m.read},
		{"starting the emulator", m.startEmulator},
		{"making the resources of the seed", m.seed},
		{"naming the seed in the events", m.open},
		{"putting findings into Security Hub", m.importFindings},
		{"deploying the template", s.deploy},
		{"wiring as it is deployed", s.wire},
		{"starting the functions", s.start},
		{"sending the events", s.send},
		{"looking at what became of them", s.prove},
		{"deleting the stack", s.destroy},
		{"updating from the last release", s.update},
	} {
		m.Progress(0, 0, step.doing)
		if err := step.do(ctx); err != nil {
			return s.found, fmt.Errorf("%s: %w", step.doing, err)
		}
	}
	return s.found, nil
}

// stackName is the name of the stack on the emulator.
const stackName = "Tagwarden"

// deploy creates the stack, and compares what is there with the template.
func (s *stage) deploy(ctx context.Context) error {
	template, err := deployed.Read(s.options.Template)
	if err != nil {
		return err
	}
	place := deployed.Place{Partition: "aws", Account: Account, Region: Region, Stack: stackName}
	s.cloud = deployed.Open(config(s.emulator.endpoint, Region), s.emulator.endpoint, place)
	if err := s.cloud.Create(ctx, template, nil); err != nil {
		return err
	}
	s.found.Made, err = s.cloud.Compare(ctx)
	return err
}

// start starts each function of the stack with the environment, timeout and code that Lambda shows, and those that a queue feeds take from it.
func (s *stage) start(ctx context.Context) error {
	functions, err := s.cloud.Functions(ctx)
	if err != nil {
		return err
	}
	running, stop := context.WithCancel(ctx)
	s.stop = stop
	for _, shown := range functions {
		f, err := s.host(running, shown)
		if err != nil {
			return err
		}
		for _, w := range s.wires.functions() {
			if w.function == shown.Name {
				s.spawn(func() { w.poll(running, f) })
			}
		}
	}
	return s.ready(ctx)
}

// host starts one function's process.
func (s *stage) host(running context.Context, shown deployed.Function) (*function, error) {
	if shown.Folder == "" {
		return nil, fmt.Errorf("the code of %s is not beside %s: synthesize it anew", shown.Name, s.options.Template)
	}
	api, err := newRuntime(shown.ARN, shown.Timeout)
	if err != nil {
		return nil, err
	}
	folder, err := filepath.Abs(shown.Folder)
	if err != nil {
		return nil, err
	}
	f := &function{name: shown.Name, binary: filepath.Join(folder, bootstrap), runtime: api, log: filepath.Join(s.work, shown.Name+".log")}
	f.environ = s.environ(f, shown, folder)
	s.functions = append(s.functions, f)
	s.spawn(func() { f.run(running) })
	return f, nil
}

// environ is what Lambda tells a function: what it was deployed with, and of Lambda's own what functions look at. All that it calls is the emulator.
//
// Source: AWS Lambda developer guide, "Defined runtime environment variables".
func (s *stage) environ(f *function, shown deployed.Function, folder string) []string {
	environ := []string{
		"AWS_LAMBDA_RUNTIME_API=" + f.address, "AWS_LAMBDA_FUNCTION_NAME=" + shown.Name, fmt.Sprintf("AWS_LAMBDA_FUNCTION_MEMORY_SIZE=%d", shown.MemoryMB),
		"LAMBDA_TASK_ROOT=" + folder, "AWS_REGION=" + Region, "AWS_ACCESS_KEY_ID=local", "AWS_SECRET_ACCESS_KEY=local",
		"AWS_CONFIG_FILE=" + os.DevNull, "AWS_SHARED_CREDENTIALS_FILE=" + os.DevNull, "AWS_EC2_METADATA_DISABLED=true",
		"AWS_ENDPOINT_URL=" + s.front.Address, "HTTP_PROXY=" + s.front.Address, "HTTPS_PROXY=" + s.front.Address, // nothing leaves the machine
	}
	for name, value := range shown.Environment {
		environ = append(environ, name+"="+value)
	}
	return environ
}

// startWait is how long all functions may take to ask for work: eight processes start on a machine that may be busy.
const startWait = time.Minute

// ready waits until every function has asked for work: it has found all that it needs in its environment.
func (s *stage) ready(ctx context.Context) error {
	for since := time.Now(); ; sleep(ctx, settlePause) {
		if err := s.gone(); err != nil {
			return err
		}
		waiting := slices.DeleteFunc(slices.Clone(s.functions), (*function).asked)
		if len(waiting) == 0 {
			break
		}
		if time.Since(since) > startWait || ctx.Err() != nil {
			return fmt.Errorf("the function %s does not ask for work: %s", waiting[0].name, lastLine(waiting[0].log))
		}
	}
	for _, f := range s.functions {
		s.found.Functions = append(s.found.Functions, f.name)
	}
	return s.readDeployedPolicy()
}

// asked tells whether the process that runs now has asked for work.
func (f *function) asked() bool {
	f.runtime.mu.Lock()
	defer f.runtime.mu.Unlock()
	return f.ready
}

// readDeployedPolicy reads the policy that act's code carries.
func (s *stage) readDeployedPolicy() error {
	f := s.functions[0]
	file, err := policyfile.Read(filepath.Join(filepath.Dir(f.binary), wiring.PolicyFile))
	s.policy = file.Policy
	return err
}

// destroy ends the functions, deletes the stack, and looks at what is left of it.
func (s *stage) destroy(ctx context.Context) error {
	s.stop()
	for _, ended := range s.running {
		<-ended
	}
	s.running = nil
	there, err := s.cloud.Physical(ctx)
	if err != nil {
		return err
	}
	if err := s.cloud.Delete(ctx); err != nil {
		return err
	}
	if s.found.Left, err = s.cloud.Left(ctx, there); err != nil {
		return err
	}
	if retained := s.cloud.Retained(); !slices.Equal(s.found.Left, retained) {
		s.fault("deleting the stack leaves %q, and the template retains %q", s.found.Left, retained)
	}
	return nil
}

// update tries the update from the last release on the emulator as it was at first.
func (s *stage) update(ctx context.Context) error {
	if s.options.Released == "" {
		return nil
	}
	if err := s.emulator.reset(ctx); err != nil {
		return err
	}
	cfg := config(s.emulator.endpoint, Region)
	var err error
	s.found.Update, err = updated(ctx, deployed.Open(cfg, s.emulator.endpoint, s.cloud.Place), cfg, s.options)
	return err
}
