package boot

import (
	"errors"
	"log/slog"
	"os"

	"github.com/aws/smithy-go"
)

// newLog is the log of a function: JSON, a line each, and nothing secret. Lambda takes a line's level where it finds "level" and, in RFC 3339, "timestamp".
//
// Source: AWS Lambda developer guide, "Log-level filtering" (other runtimes and logging methods).
func newLog() *slog.Logger {
	return slog.New(slog.NewJSONHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: attribute}))
}

// attribute is an attribute as it is logged.
func attribute(groups []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey && len(groups) == 0 {
		a.Key = "timestamp"
		return a
	}
	return discreet(groups, a)
}

// discreet keeps an answer of AWS to its code: its text may quote what was sent, a tag's value with it. The whole text stands in the journal.
func discreet(_ []string, a slog.Attr) slog.Attr {
	err, ok := a.Value.Any().(error)
	if !ok {
		return a
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return slog.String(a.Key, "AWS answered "+api.ErrorCode())
	}
	return a
}
