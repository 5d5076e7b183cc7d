//go:build moto

package remedies

// Cases are the cases of the conformance suite, by remedy, for the tests of the whole line.
var Cases = cases
