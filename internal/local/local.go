// Package local runs the whole line on one machine: an emulator for AWS, a router that plays EventBridge, queues, and a host that plays Lambda's Runtime API to the real
// function binaries.
//
// It is a test bed, not a second product: what can be left to the emulator is.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/tagwarden/tagwarden/internal/emulator"
	"github.com/tagwarden/tagwarden/internal/journal"
	"github.com/tagwarden/tagwarden/internal/members"
	"github.com/tagwarden/tagwarden/internal/policy"
	"github.com/tagwarden/tagwarden/internal/recorded"
	"github.com/tagwarden/tagwarden/internal/rights"
)

// Where the deployment of one machine stands, and what its parts are called.
const (
	Account = "111122223333"
	Region  = emulator.Region
)

// Names are the names of the parts, as in a deployment.
var names = rights.Names{Prefix: "tagwarden"}

// Options say what is to be run.
type Options struct {
	Policy   string        // path of the policy file
	Seed     string        // path of the seed file; "" seeds nothing
	Paths    []string      // event files and folders; "-" is Stdin
	Then     []string      // more of them: those of each are sent when all before are answered
	Keep     bool          // leave the emulator running
	Accounts members.File  // where accounts stand in an organization; nil: nobody knows
	Later    time.Duration // how long after the last events the clock ticks once more; 0 for not
	Root     string        // the module's folder, where functions are built from and a virtual environment may stand; "" if there is none
	Beside   string        // the folder of the running executable, where built functions may stand
	Environ  []string      // of the emulator and of the builds
	Stdin    io.Reader
	Stderr   io.Writer // what is no event, what cannot be seeded
	// Progress is told how far it is; total is 0 while that is not known. It may be nil.
	Progress func(done, total int, doing string)

	watch func(*machine, emulator.Call) // sees every call that the functions make; for tests
}

// A machine is what runs while Run does.
type machine struct {
	Options
	work      string // folder of logs and of the policy as the functions read it
	sources   []source
	places    places
	policy    *policy.Policy
	emulator  *moto
	front     *emulator.Front
	wires     *wires
	edits     []edit
	askings   []asking
	functions []*function
	operator  *function          // the one that people ask
	answers   []answers          // by wave; one more where time passed after them
	ahead     time.Duration      // how far the functions' clocks go before the machine's
	stop      context.CancelFunc // ends pollers and functions
	running   []<-chan struct{}  // closed when a poller or function has ended
}

// Run takes the events through the whole line and says what became of them. The emulator ends with it, unless it is to be kept. The error says what kept it from running;
// what is no event is written to Stderr and counted in the report.
func Run(ctx context.Context, o Options) (report Report, err error) {
	m := &machine{Options: o}
	if m.Progress == nil {
		m.Progress = func(int, int, string) {}
	}
	defer func() { err = errors.Join(err, m.close(err == nil && o.Keep)) }()
	for _, step := range []struct {
		doing string
		do    func(context.Context) error
	}{
		{"reading events", m.read},
		{"building the functions", m.build},
		{"starting the emulator", m.startEmulator},
		{"making the resources of the seed", m.seed},
		{"naming the seed in the events", m.open},
		{"reading the policy", m.readPolicy},
		{"putting findings into Security Hub", m.importFindings},
		{"making queues, table and topic", m.wire},
		{"starting the functions", m.startFunctions},
		{"sending the events", m.send},
	} {
		m.Progress(0, 0, step.doing)
		if err := step.do(ctx); err != nil {
			return Report{}, fmt.Errorf("%s: %w", step.doing, err)
		}
	}
	m.Progress(0, 0, "reading the journal")
	return m.report(ctx)
}

// read reads the events, names what is none, and makes the folder for logs.
func (m *machine) read(context.Context) error {
	var err error
	if m.work, err = os.MkdirTemp("", "tagwarden-local-"); err != nil {
		return err
	}
	for wave, paths := range m.waves() {
		for text := range recorded.Read(paths, m.Stdin) {
			done, err := m.deed(text, wave)
			if err != nil {
				return err
			}
			if !done {
				m.sources = append(m.sources, source{Text: text, wave: wave})
			}
		}
	}
	return nil
}

// waves are the paths whose events are sent together.
func (m *machine) waves() [][]string {
	waves := [][]string{m.Paths}
	for _, path := range m.Then {
		waves = append(waves, []string{path})
	}
	return waves
}

// send plays wave by wave: the next one when all is answered, and the clock has ticked. What the journal says then is what became of a wave, whatever a later one changes of it.
func (m *machine) send(ctx context.Context) error {
	for wave := range m.waves() {
		if err := m.play(ctx, wave); err != nil {
			return err
		}
		answered, err := m.answered(ctx)
		if err != nil {
			return err
		}
		m.answers = append(m.answers, answered)
	}
	if m.Later == 0 {
		return nil
	}
	m.Progress(0, 0, "letting time pass")
	return m.travel(ctx)
}

// play has a wave answered: first what is edited by hand, then its events, then what people ask for, then the clock.
func (m *machine) play(ctx context.Context, wave int) error {
	m.Progress(0, 0, "sending the events")
	if err := m.edit(ctx, wave); err != nil {
		return err
	}
	if err := m.fill(wave, time.Now()); err != nil {
		return err
	}
	if err := m.route(ctx, wave); err != nil {
		return err
	}
	m.Progress(0, 0, "waiting until all is answered")
	if err := m.settle(ctx); err != nil {
		return err
	}
	if err := m.ask(ctx, wave); err != nil {
		return err
	}
	return m.tick(ctx)
}

// readPolicy reads the policy, with the names of the seed in it, and leaves it where the functions read it.
func (m *machine) readPolicy(context.Context) error {
	data, err := os.ReadFile(m.Policy)
	if err != nil {
		return fmt.Errorf("%w; name another with --policy FILE", err)
	}
	if data, err = m.places.fill(m.Policy, data); err != nil {
		return err
	}
	p, err := policy.ParseWith(m.Policy, data, catalogOf(), policy.Options{ReadFile: m.beside})
	if err != nil {
		return err
	}
	if unbuilt := p.Unbuilt(); len(unbuilt) > 0 {
		return &policy.Errors{List: unbuilt}
	}
	if p.Shadow() {
		return fmt.Errorf("%s has shadow: true, which only compares: take it out to see what the policy does, or run `tagwarden replay --policy %s --against OLD EVENTS`", m.Policy, m.Policy)
	}
	m.policy = p
	if err := os.MkdirAll(filepath.Dir(m.policyFile()), 0o700); err != nil {
		return err
	}
	return os.WriteFile(m.policyFile(), data, 0o600)
}

// beside reads a file that the policy names, and leaves it beside the policy that the functions read.
func (m *machine) beside(name string) ([]byte, error) {
	if !filepath.IsLocal(name) {
		return nil, fmt.Errorf("%s is not in the policy's folder: name a file in it", name)
	}
	file, copied := filepath.Join(filepath.Dir(m.Policy), name), filepath.Join(m.work, "policy", name)
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(copied), 0o700); err != nil {
		return nil, err
	}
	return data, os.WriteFile(copied, data, 0o600)
}

// policyFile is the policy as the functions read it, in a folder of its own.
func (m *machine) policyFile() string { return filepath.Join(m.work, "policy", "policy.yaml") }

// close ends what was started: functions first, the emulator last. The folder with the logs goes, too, unless something in it is still written to.
func (m *machine) close(keep bool) error {
	if m.stop != nil {
		m.stop()
		for _, ended := range m.running {
			<-ended
		}
	}
	var errs []error
	if m.front != nil {
		errs = append(errs, m.front.Close())
	}
	if keep {
		return errors.Join(errs...)
	}
	if m.emulator != nil {
		errs = append(errs, m.emulator.stop())
	}
	if m.work != "" {
		errs = append(errs, os.RemoveAll(m.work))
	}
	return errors.Join(errs...)
}

// entries are all entries of the journal, newest first.
func (m *machine) entries(ctx context.Context) ([]journal.Entry, error) {
	return Open(m.emulator.endpoint).Entries(ctx)
}
