package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"os/user"
	"time"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/arn"
	"github.com/tagwarden/tagwarden/internal/local"
	"github.com/tagwarden/tagwarden/internal/operator"
	"github.com/tagwarden/tagwarden/internal/policy"
)

// A desk is where people ask: the operator function of a deployment, or the same operator in this process, over an emulator that `tagwarden local --keep` left running. An
// *operator.Error is its answer where it does not do what is asked.
type desk interface {
	Do(ctx context.Context, r operator.Request) (operator.Response, error)
}

// A place says, by flags, which desk is meant.
type place struct {
	url, prefix          string // of a deployment
	endpoint, policy, as string // of an emulator
	looks                bool   // nothing is to be changed: no policy is needed for that
	without              string // what who looks does not see without a policy; "" for nothing
}

// addPlace adds the flags that say where to ask.
func addPlace(c *cobra.Command) *place {
	p := &place{}
	flags := c.PersistentFlags()
	flags.StringVar(&p.url, "url", "", "the `URL` of the operator function, the stack's output OperatorUrl (default: TAGWARDEN_URL; else AWS Lambda is asked for it)")
	flags.StringVar(&p.prefix, "prefix", "tagwarden", "the deployment's prefix, where AWS Lambda is asked for the URL")
	flags.StringVar(&p.endpoint, "endpoint", "", "instead of a deployment, the `URL` of the emulator that \"tagwarden local --keep\" left running (default: AWS_ENDPOINT_URL)")
	flags.StringVar(&p.policy, "policy", "policy.yaml", "with --endpoint: the policy file")
	flags.StringVar(&p.as, "as", "", "with --endpoint: the `ARN` under which to ask, checked against the policy's operators (default: your user name, which may do everything)")
	return p
}

// open gives the desk that the flags mean, and what closes it. What is named by a flag goes before what the environment names, and a deployment before an emulator.
func (p *place) open(c *cobra.Command) (desk, func(), error) {
	nothing := func() {}
	if p.url != "" && p.endpoint != "" {
		return nil, nil, misused(c, errors.New("--url names a deployment and --endpoint an emulator: leave one of them out"))
	}
	endpoint, at := p.endpoint, p.url
	if endpoint == "" && at == "" {
		at = os.Getenv("TAGWARDEN_URL")
	}
	if endpoint == "" && at == "" {
		endpoint = os.Getenv("AWS_ENDPOINT_URL")
	}
	if endpoint != "" {
		return p.local(c, endpoint)
	}
	if p.as != "" {
		return nil, nil, misused(c, errors.New("--as belongs to --endpoint: a deployment is asked under the name that AWS knows of you"))
	}
	r, err := newRemote(c.Context(), at, p.prefix)
	return r, nothing, err
}

// local gives the operator over an emulator, in this process.
func (p *place) local(c *cobra.Command, endpoint string) (desk, func(), error) {
	deployment, err := deploymentAt(endpoint)
	if err != nil {
		return nil, nil, err
	}
	file, err := p.readPolicy(c)
	if err != nil {
		return nil, nil, err
	}
	o, done, err := deployment.Operator(file)
	if err != nil {
		return nil, nil, err
	}
	here := &inProcess{o, p.as}
	if p.as == "" {
		o.May = func(string, string) bool { return true }
		here.caller = arn.ARN{Partition: arn.Partitions()[0].ID, Service: "iam", Account: local.Account, Resource: "user/" + userName()}.String() // the emulator's partition
	}
	return here, func() { _ = done() }, nil // nothing is kept in it
}

// readPolicy reads the policy that acts are carried out by, and says which it is where none is named. Who only looks needs none.
func (p *place) readPolicy(c *cobra.Command) (*policy.Policy, error) {
	if c.Flags().Changed("policy") {
		return usePolicy(p.policy, c.ErrOrStderr())
	}
	_, err := os.Stat(p.policy)
	switch none := errors.Is(err, fs.ErrNotExist); {
	case none && !p.looks:
		return nil, fmt.Errorf("no policy is named, and there is no %s here: name the one that `tagwarden local` ran with, with --policy FILE", p.policy)
	case none && p.without != "":
		fmt.Fprintf(c.ErrOrStderr(), "No policy is named, and there is no %s here, so %s: name it with --policy FILE.\n", p.policy, p.without)
	case !none && (!p.looks || p.without != ""):
		fmt.Fprintf(c.ErrOrStderr(), "The policy is %s: name another with --policy FILE.\n", p.policy)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return policy.Parse(p.policy, []byte("version: 1\n"), policy.Catalog{})
	}
	return usePolicy(p.policy, c.ErrOrStderr())
}

// An inProcess desk is the operator itself.
type inProcess struct {
	*operator.Operator
	caller string
}

// Do asks as the caller.
func (d *inProcess) Do(ctx context.Context, r operator.Request) (operator.Response, error) {
	return d.Operator.Do(ctx, d.caller, r)
}

// userName is the name of who runs the command.
func userName() string {
	if u, err := user.Current(); err == nil {
		return u.Username
	}
	return "unknown"
}

func deploymentAt(endpoint string) (local.Deployment, error) {
	u, err := url.Parse(endpoint)
	if err != nil || u.Scheme != "http" || u.Port() == "" {
		return local.Deployment{}, fmt.Errorf("%q is no endpoint: give --endpoint http://127.0.0.1:PORT, the last line that `tagwarden local --keep` printed", endpoint)
	}
	if ip := net.ParseIP(u.Hostname()); ip == nil || !ip.IsLoopback() {
		return local.Deployment{}, fmt.Errorf("%s is not on this machine: --endpoint is for an emulator that `tagwarden local --keep` left running, --url for a deployment", endpoint)
	}
	connection, err := net.DialTimeout("tcp", u.Host, time.Second)
	if err != nil {
		return local.Deployment{}, fmt.Errorf("no emulator answers at %s: start one with `tagwarden local --keep`", endpoint)
	}
	return local.Open(endpoint), connection.Close()
}

// answered is the error of a command whose desk did not do what was asked: what is refused as things stand is said here, and all else where errors are.
func answered(c *cobra.Command, err error) error {
	var refused *operator.Error
	if errors.As(err, &refused) && (refused.Code == operator.Refused || refused.Code == operator.Spent) {
		fmt.Fprintln(c.ErrOrStderr(), "tagwarden: refused: "+oneLine(err.Error()))
		return errWrong
	}
	return err
}
