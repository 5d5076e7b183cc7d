// Package tagpolicy reads AWS Organizations tag policies in their own syntax, merges them by its inheritance rules to the effective policy, and gives that as tag rules.
//
// Source: AWS Organizations user guide, "Tag policy syntax and examples" and "Understanding management policy inheritance". Where the guide leaves something open, a
// comment names our reading.
package tagpolicy
