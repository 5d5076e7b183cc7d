package deployed

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// A Comparison is what of a template the emulator really made.
type Comparison struct {
	Compared    map[string]int // resources that were asked for at their service, by type
	NotMade     map[string]int // resources of types that the emulator does not make, by type
	Properties  int            // that were compared
	Dropped     []string       // "type.property" that the emulator makes without, each once
	Differences []string       // what is not as the template has it, sorted
}

// Resources are how many resources were compared, and how many were not made.
func (c Comparison) Resources() (compared, notMade int) {
	for _, n := range c.Compared {
		compared += n
	}
	for _, n := range c.NotMade {
		notMade += n
	}
	return compared, notMade
}

// Types are the types of the template's resources, sorted.
func (c Comparison) Types() []string {
	all := maps.Clone(c.Compared)
	maps.Copy(all, c.NotMade)
	return slices.Sorted(maps.Keys(all))
}

// Compare asks the services for each resource of the template, and compares property by property. A type that is neither read nor listed as not made is a difference, and so is a
// property that is neither shown nor listed as dropped: who adds one says which it is. frozen are resources whose change the emulator did not take up: of them it is compared that
// they are there.
func (c *Cloud) Compare(ctx context.Context, left ...string) (Comparison, error) {
	v, err := c.values(ctx)
	if err != nil {
		return Comparison{}, err
	}
	result := Comparison{Compared: map[string]int{}, NotMade: map[string]int{}}
	dropped := map[string]bool{}
	for _, id := range c.template.ids() {
		r := c.template.Resources[id]
		if made, err := v.holds(r.Condition); err != nil {
			result.differ(id, r, err.Error())
			continue
		} else if !made {
			continue
		}
		if why := notMade[r.Type]; why != "" {
			result.NotMade[r.Type]++
			continue
		}
		read := readers[r.Type]
		if read == nil {
			result.differ(id, r, "the type is not known here: add a reader to internal/deployed, or the type to notMade with the reason")
			continue
		}
		want, err := v.resolve(r.Properties)
		if err != nil {
			result.differ(id, r, err.Error())
			continue
		}
		properties, _ := want.(map[string]any)
		got, err := read(ctx, c, v.physical[id], properties)
		if err != nil {
			result.differ(id, r, fmt.Sprintf("it is not there, or cannot be read: %v", err))
			continue
		}
		result.Compared[r.Type]++
		if !slices.Contains(left, id) {
			result.properties(id, r, properties, got, dropped)
		}
	}
	result.Dropped = slices.Sorted(maps.Keys(dropped))
	slices.Sort(result.Differences)
	return result, nil
}

// properties compares the properties of one resource.
func (c *Comparison) properties(id string, r *Resource, want, got map[string]any, dropped map[string]bool) {
	for _, name := range slices.Sorted(maps.Keys(want)) {
		of := strings.TrimPrefix(r.Type, "AWS::") + "." + name
		if drops[of] != "" {
			dropped[of] = true
			continue
		}
		shown, is := got[name]
		if !is {
			c.differ(id, r, name+" is not shown by the service: if the emulator does not keep it, add it to drops in internal/deployed, and hold it by a test of the template")
			continue
		}
		c.Properties++
		if d := difference(want[name], shown); d != "" {
			c.differ(id, r, name+": "+d)
		}
	}
}

func (c *Comparison) differ(id string, r *Resource, what string) {
	c.Differences = append(c.Differences, fmt.Sprintf("%s (%s): %s", id, r.Type, what))
}
