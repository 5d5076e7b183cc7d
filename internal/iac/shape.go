package iac

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/tagwarden/tagwarden/internal/arn"
)

//go:embed types.txt
var typesText string

// A shape is how code holds the tags of a type.
type shape struct {
	property string // of CloudFormation: "Tags"
	// form is "list" of Key and Value, "map" of key to value, "items" (the list within Items), "group" (PropagateAtLaunch beside), "spec:WORD" (TagSpecifications of that
	// resource type), or "none".
	form      string
	terraform string // Terraform's name of the type: "aws_instance"; "" if it is not known
}

// usual is the shape of what the table does not name.
var usual = shape{property: "Tags", form: "list"}

// shapes is types.txt, by the names of AWS Config and of CloudFormation.
var shapes = sync.OnceValue(func() map[string]shape {
	all := map[string]shape{}
	for line := range strings.Lines(typesText) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] == "#" {
			continue
		}
		s := usual
		for _, field := range fields[1:] {
			name, value, _ := strings.Cut(field, "=")
			switch name {
			case "property":
				s.property = value
			case "form":
				s.form = value
			case "terraform":
				s.terraform = value
			}
		}
		typ := "AWS::" + fields[0]
		all[typ] = s
		if name, ok := arn.Canonical(typ); ok {
			all[name] = s
		}
	}
	return all
})

// shapeOf gives the shape of a type.
func shapeOf(typ string) shape {
	if s, ok := shapes()[typ]; ok {
		return s
	}
	return usual
}

// autoScalingGroup is the type whose tags its instances get.
const autoScalingGroup = "AWS::AutoScaling::AutoScalingGroup"
