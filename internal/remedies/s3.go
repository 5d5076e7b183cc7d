package remedies

// noBucket is S3's code for a bucket that does not exist.
//
// Source: Amazon S3 API reference, "Error responses".
const noBucket = "NoSuchBucket"
