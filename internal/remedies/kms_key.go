package remedies

// keyPattern is how a KMS key is named: by its id, its alias, or the ARN of either.
//
// Source: KMS developer guide, "Key identifiers (KeyId)".
const keyPattern = `([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|mrk-[0-9a-f]{32}|alias/[A-Za-z0-9/_-]+|arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/[A-Za-z0-9/_-]+)`
