// Package cost estimates what a deployment costs a month.
package cost
