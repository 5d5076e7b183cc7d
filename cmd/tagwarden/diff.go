package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation"
	"github.com/aws/aws-sdk-go-v2/service/cloudformation/types"
	"github.com/aws/smithy-go"
	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/preflight"
	"github.com/tagwarden/tagwarden/internal/remedies"
	"github.com/tagwarden/tagwarden/internal/rights"
	"github.com/tagwarden/tagwarden/internal/template"
)

// An against is what the rights of a policy are held against.
type against struct {
	file   string   // a policy, or a template of CloudFormation that ends with .json
	stacks []string // names of stacks that are deployed

	organization, directory string // of the hub that it is; "" for none
}

// addAgainst adds the flags that say what to hold the rights against.
func addAgainst(c *cobra.Command) *against {
	a := &against{}
	c.Flags().StringVar(&a.file, "against", "", "print the difference in rights to this `FILE`: another policy or, ending with .json, a CloudFormation template")
	c.Flags().StringSliceVar(&a.stacks, "against-stack", nil,
		"print the difference in rights to the deployed stack with this `NAME`, in the account and region of your credentials; again for more stacks of one deployment")
	return a
}

// named tells whether there is anything to hold the rights against.
func (a *against) named() bool { return a.file != "" || len(a.stacks) > 0 }

// show prints the difference of what is now and what the flags name.
func (a *against) show(c *cobra.Command, now []roleRow, names rights.Names, asJSON bool) error {
	if a.file != "" && len(a.stacks) > 0 {
		return misused(c, errors.New("--against names a file and --against-stack a stack: leave one of them out"))
	}
	was, err := a.held(c, names)
	if err != nil {
		return err
	}
	is := held(now)
	differences, moves := rights.Diff(was, is, remedies.All), rights.Moves(was, is)
	if len(differences) == 0 {
		fmt.Fprintln(c.ErrOrStderr(), "The rights are the same.")
		return nil
	}
	roles := map[string]bool{}
	for _, d := range differences {
		if asJSON {
			err = writeLine(c.OutOrStdout(), d)
		} else {
			err = showDifference(c.OutOrStdout(), d, moves[d.Role], !roles[d.Role])
		}
		if err != nil {
			return err
		}
		roles[d.Role] = true
	}
	fmt.Fprintf(c.ErrOrStderr(), "%s in %s\n", several(len(differences), "difference"), several(len(roles), "role"))
	return errWrong
}

// showDifference prints one difference and, before the first of a role that comes or goes, that it does.
func showDifference(out io.Writer, d rights.Difference, moves string, first bool) error {
	if first && moves != "" {
		fmt.Fprintf(out, "role %s: %s\n", d.Role, moves)
	}
	_, err := fmt.Fprintln(out, d)
	return err
}

// several is a number of things: "1 role", "2 roles".
func several(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// held are the roles that the flags name.
func (a *against) held(c *cobra.Command, names rights.Names) ([]rights.Held, error) {
	switch {
	case len(a.stacks) > 0:
		cfg, err := loadAWS(c.Context())
		if err != nil {
			return nil, err
		}
		if err := preflight.Ready(c.Context(), cfg); err != nil {
			return nil, fmt.Errorf("%w; or name a file with --against", err)
		}
		return ofStacks(c.Context(), cfg, a.stacks, names)
	case filepath.Ext(a.file) == ".json":
		text, err := os.ReadFile(a.file)
		if err != nil {
			return nil, fmt.Errorf("read the template: %w", err)
		}
		return ofTemplate(a.file, text, names)
	}
	p, err := readPolicy(a.file, c.ErrOrStderr())
	if errors.Is(err, errWrong) {
		return nil, errFault
	}
	if err != nil {
		return nil, err
	}
	return held(roleRows(p, names, a.organization, a.directory)), nil
}

// held are roles in the form in which two can be compared.
func held(rows []roleRow) []rights.Held {
	var list []rights.Held
	for _, row := range rows {
		h := rights.Held{Role: row.Role, Document: row.Document}
		if len(row.Remedies) > 0 {
			h.Remedies = row.Remedies
		}
		list = append(list, template.Plain(h))
	}
	return list
}

// ofTemplate are the roles of a template; what is its name in messages.
func ofTemplate(what string, text []byte, names rights.Names) ([]rights.Held, error) {
	list, err := template.Roles(text, names)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", what, err)
	}
	return list, nil
}

// ofStacks are the roles of stacks, as they are template.
//
// Source: AWS CloudFormation API reference, GetTemplate.
func ofStacks(ctx context.Context, cfg aws.Config, stacks []string, names rights.Names) ([]rights.Held, error) {
	client := cloudformation.NewFromConfig(cfg)
	var all []rights.Held
	for _, stack := range stacks {
		got, err := client.GetTemplate(ctx, &cloudformation.GetTemplateInput{StackName: &stack, TemplateStage: types.TemplateStageOriginal})
		if err != nil {
			return nil, noTemplate(stack, cfg.Region, err)
		}
		list, err := ofTemplate("stack "+stack, []byte(aws.ToString(got.TemplateBody)), names)
		if err != nil && !(len(stacks) > 1 && errors.Is(err, template.ErrNoTemplate)) {
			return nil, err
		}
		all = append(all, list...)
	}
	return all, nil
}

// noTemplate is the error of a stack whose template cannot be had.
func noTemplate(stack, region string, err error) error {
	var api smithy.APIError
	switch {
	case errors.As(err, &api) && api.ErrorCode() == "ValidationError":
		return fmt.Errorf("there is no stack %s in %s: nothing is deployed there yet, or name it with --against-stack and AWS_REGION", stack, region)
	case errors.As(err, &api) && api.ErrorCode() != "UnknownError": // the SDK's for an answer without a code
		return fmt.Errorf("ask for the template of stack %s: AWS answered %s: allow cloudformation:GetTemplate, or name a file with --against", stack, api.ErrorCode())
	}
	return fmt.Errorf("ask for the template of stack %s: %w, or name a file with --against", stack, preflight.Plain(err))
}
