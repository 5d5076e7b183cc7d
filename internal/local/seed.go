package local

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go"

	"github.com/tagwarden/tagwarden/internal/arn"
)

// A planting is one entry of a seed file.
type planting struct {
	Type   string            `yaml:"type"`   // CloudFormation type
	Name   string            `yaml:"name"`   // what {{NAME}} names, and the resource's own name where it has one
	Tags   map[string]string `yaml:"tags"`   // as they are to be, right or wrong
	Region string            `yaml:"region"` // default: that of the first event that names it, else us-east-1
}

// seed makes the resources of the seed file.
func (m *machine) seed(ctx context.Context) error {
	m.places = places{}
	if m.Seed == "" {
		return nil
	}
	data, err := os.ReadFile(m.Seed)
	if err != nil {
		return fmt.Errorf("%w; name another with --seed FILE", err)
	}
	plantings, err := parseSeed(m.Seed, data)
	if err != nil {
		return err
	}
	for i, p := range plantings {
		m.Progress(i, len(plantings), "making the resources of the seed")
		if err := m.plant(ctx, p); err != nil {
			return fmt.Errorf("%s: make %s %s: %w", m.Seed, p.Type, p.Name, answered(err))
		}
	}
	return nil
}

// parseSeed reads a seed, strictly: YAML, of which JSON is a part.
func parseSeed(file string, data []byte) ([]planting, error) {
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var plantings []planting
	if err := decoder.Decode(&plantings); err != nil && !errors.Is(err, io.EOF) {
		return nil, misread(file, err)
	}
	seen := map[string]bool{}
	for i, p := range plantings {
		switch {
		case p.Name == "":
			return nil, fmt.Errorf("%s: entry %d has no name", file, i+1)
		case p.Name == now:
			return nil, fmt.Errorf("%s: entry %d: the name %s stands for the time: name it otherwise", file, i+1, now)
		case seen[p.Name]:
			return nil, fmt.Errorf("%s: entry %d: the name %s stands twice", file, i+1, p.Name)
		case planters[p.canonical()] == nil:
			return nil, fmt.Errorf("%s: entry %d (%s): resources of the type %q cannot be made here; these can: %s", file, i+1, p.Name, p.Type, plantable())
		}
		seen[p.Name] = true
	}
	return plantings, nil
}

// answered is an error of the emulator without the words of the SDK around it.
func answered(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return fmt.Errorf("the emulator answered %s: %s", api.ErrorCode(), api.ErrorMessage())
	}
	return err
}

// misread is an error of the YAML reader in words that know nothing of Go: its first sentence stays, the types go.
func misread(file string, err error) error {
	said := strings.TrimPrefix(err.Error(), "yaml: ")
	if wrong, ok := errors.AsType[*yaml.TypeError](err); ok {
		said = typed.ReplaceAllString(unmarshalled.ReplaceAllString(wrong.Errors[0], "something else stands there"), "")
	}
	return fmt.Errorf("%s: the seed is no list of {type, name, tags, region}, with texts as tags: %s", file, said)
}

// What the YAML reader says of Go's types. Source: go.yaml.in/yaml/v3, decode.go.
var (
	unmarshalled = regexp.MustCompile(`cannot unmarshal .*`)
	typed        = regexp.MustCompile(` in type \S+$`)
)

func (p planting) canonical() string {
	if name, ok := arn.Canonical(p.Type); ok {
		return name
	}
	return p.Type
}

func plantable() string {
	var all []string
	for typ := range planters {
		all = append(all, typ)
	}
	slices.Sort(all)
	return strings.Join(all, ", ")
}

// plant makes one resource with its tags, and remembers where it is.
func (m *machine) plant(ctx context.Context, p planting) error {
	tags := map[string]string{}
	for key, value := range p.Tags {
		if strings.HasPrefix(strings.ToLower(key), "aws:") {
			m.complain("%s: %s: the tag %s is left out: only AWS itself can set it", m.Seed, p.Name, key)
			continue
		}
		filled, err := m.places.fill(m.Seed, []byte(value))
		if err != nil {
			return err
		}
		tags[key] = string(filled)
	}
	made, err := planters[p.canonical()](garden{
		ctx: ctx, cfg: config(m.emulator.endpoint, m.home(p)), name: p.Name, tags: tags,
		also: func(part string, at place) { m.places[p.Name+"."+part] = at },
	})
	if err != nil {
		return err
	}
	m.places[p.Name] = made
	return nil
}

// home is the region of a resource: what the seed says, else where the first event that names it says that it is.
func (m *machine) home(p planting) string {
	if p.Region != "" {
		return p.Region
	}
	for _, s := range m.sources {
		if !bytes.Contains(s.Data, []byte("{{"+p.Name+"}}")) && !bytes.Contains(s.Data, []byte("{{"+p.Name+".arn}}")) {
			continue
		}
		var e struct{ Region string }
		if json.Unmarshal(s.Data, &e) == nil && e.Region != "" {
			return e.Region
		}
	}
	return Region
}

// A garden is what making a resource needs.
type garden struct {
	ctx  context.Context
	cfg  aws.Config
	name string
	tags map[string]string
	also func(part string, at place) // names what was made with it: {{NAME.PART}}
}

// arn is the ARN of a resource of a service in the garden's region.
func (g garden) arn(service, resource string) string {
	return fmt.Sprintf("arn:%s:%s:%s:%s:%s", g.partition(), service, g.cfg.Region, Account, resource)
}

func (g garden) partition() string {
	if p, ok := arn.PartitionOf(g.cfg.Region); ok {
		return p
	}
	return "aws"
}

// listed gives tags as a service's list of them.
func listed[T any](tags map[string]string, make func(key, value *string) T) []T {
	var list []T
	for key, value := range tags {
		list = append(list, make(&key, &value))
	}
	return list
}
