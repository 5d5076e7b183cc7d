// Command storm lets a storm pass and says what came of it; see package storm. It exits with 1 where something is not as it must be.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/tagwarden/tagwarden/internal/storm"
)

func main() {
	var o storm.Options
	flag.IntVar(&o.Events, "events", 100_000, "how many events")
	flag.Uint64Var(&o.Seed, "seed", 1, "of all that is left to chance")
	flag.StringVar(&o.Plant, "plant", "", fmt.Sprintf("a fault that must be found: %v", storm.Plants))
	flag.Parse()
	report, err := storm.Run(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "storm:", err)
		os.Exit(2)
	}
	fmt.Print(report)
	if len(report.Breaches) > 0 {
		os.Exit(1)
	}
}
