package remedies

import "time"

// noEntity is IAM's code for what does not exist: the user, or what was asked of it.
//
// Source: IAM API reference, "NoSuchEntity".
const noEntity = "NoSuchEntity"

// iamSettle is how long until a read of IAM shows a write.
//
// Source: IAM user guide, "Troubleshoot IAM" (changes are not always immediately visible).
const iamSettle = 10 * time.Second
