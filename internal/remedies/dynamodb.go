package remedies

// The codes of DynamoDB for a table that does not exist: of backups, and of all else.
//
// Source: Amazon DynamoDB API reference, DescribeContinuousBackups and DescribeTable (errors).
const (
	noTableToBackUp = "TableNotFoundException"
	noTable         = "ResourceNotFoundException"
)
