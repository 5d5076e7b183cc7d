package main

import (
	"errors"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/tagwarden/tagwarden/internal/rights"
)

// A number is a count as a flag takes it. What it may be at the most is for the estimate to say.
type number float64

func (n *number) String() string { return strconv.FormatFloat(float64(*n), 'g', -1, 64) }

// Type is what the help calls the value.
func (*number) Type() string { return "number" }

// Set refuses what is no number.
func (n *number) Set(text string) error {
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return errors.New("it must be a number, such as 5000 or 2e6")
	}
	*n = number(value)
	return nil
}

// A wholeNumber is a count of accounts or regions as a flag takes it.
type wholeNumber int

func (n *wholeNumber) String() string { return strconv.Itoa(int(*n)) }

// Type is what the help calls the value.
func (*wholeNumber) Type() string { return "number" }

// Set refuses what is no whole number.
func (n *wholeNumber) Set(text string) error {
	value, err := strconv.Atoi(text)
	if err != nil {
		return errors.New("it must be a whole number, such as 12")
	}
	*n = wholeNumber(value)
	return nil
}

// A hubFlag says that a hub is meant: the id of its organization, or anyOrganization; "" for none. What an organization costs does not depend on which it is.
type hubFlag string

// anyOrganization stands for the id where --organization has none.
const anyOrganization = "any"

func (o *hubFlag) String() string { return string(*o) }

// Type is what the help calls the value.
func (*hubFlag) Type() string { return "ID" }

// Set refuses what is no id of an organization.
func (o *hubFlag) Set(text string) error {
	if text != anyOrganization && !rights.IsOrganization(text) {
		return errors.New("this is no organization's id; aws organizations describe-organization shows it, or leave it out here")
	}
	*o = hubFlag(text)
	return nil
}

// takes is the check of cost's arguments: there is none but the id that follows --organization, as the other commands take it.
func (l *load) takes(c *cobra.Command, args []string) error {
	if l.organization != anyOrganization || len(args) == 0 {
		return takesNothing(c, args)
	}
	if err := l.organization.Set(args[0]); err != nil {
		return misused(c, errors.New("--organization "+args[0]+": "+err.Error()))
	}
	return takesNothing(c, args[1:])
}
