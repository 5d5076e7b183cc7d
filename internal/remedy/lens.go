package remedy

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/tagwarden/tagwarden/internal/finding"
)

// A State is a setting as one JSON object, so that all remedies can be planned, verified and undone by the same code.
type State json.RawMessage

// A Lens is a Setting without its type.
type Lens interface {
	Read(ctx context.Context, cfg aws.Config, r finding.Resource) (State, error)
	Fix(s State, p Params) (State, error)
	Write(ctx context.Context, cfg aws.Config, r finding.Resource, from, to State) error
	// Whole gives a state as the setting's type holds it: what differs is not of its shape.
	Whole(s State) (State, error)
}

// Erase makes a Lens of a Setting.
func Erase[S any](s Setting[S]) Lens { return lens[S]{s} }

type lens[S any] struct{ setting Setting[S] }

func (l lens[S]) Read(ctx context.Context, cfg aws.Config, r finding.Resource) (State, error) {
	s, err := l.setting.Read(ctx, cfg, r)
	if err != nil {
		return nil, err
	}
	return encode(s)
}

func (l lens[S]) Fix(state State, p Params) (State, error) {
	s, err := decode[S](state)
	if err != nil {
		return nil, err
	}
	fixed, err := l.setting.Fix(s, p)
	if err != nil {
		return nil, err
	}
	return encode(fixed)
}

func (l lens[S]) Write(ctx context.Context, cfg aws.Config, r finding.Resource, from, to State) error {
	before, err := decode[S](from)
	if err != nil {
		return err
	}
	after, err := decode[S](to)
	if err != nil {
		return err
	}
	return l.setting.Write(ctx, cfg, r, before, after)
}

func (l lens[S]) Whole(state State) (State, error) {
	s, err := decode[S](state)
	if err != nil {
		return nil, err
	}
	return encode(s)
}

func encode(s any) (State, error) {
	data, err := json.Marshal(s)
	if err != nil {
		return nil, fmt.Errorf("encode a setting: %w", err)
	}
	return State(data), nil
}

func decode[S any](state State) (S, error) {
	var s S
	if err := json.Unmarshal(state, &s); err != nil {
		return s, fmt.Errorf("decode a setting: %w", err)
	}
	return s, nil
}
