package awsdynamodb

// The shape of the table, written here only: the stack and CreateTable make the table from these names.
//
// All keys are strings. Items are claims (one a key of the journal, replaced), revisions of entries (never replaced), counters, brakes, hearings (one a kind of events and day), and the secret by which the
// journal knows claims and revisions for its own.
const (
	PartitionKey = "pk" // "claim#" and a hash of the key; "entry#" and the entry's id; "counter#" and its name; "brake"; "heard"; "secret"
	SortKey      = "sk" // "claim"; "rev#" and the revision, six digits; "counter"; of a brake "all", the account, or "table"; of a hearing kind, "#" and day; of a secret the key that opens it

	// RecentIndex holds the revisions; it projects all attributes, so that the journal is listed without a read an entry.
	RecentIndex        = "recent"
	RecentPartitionKey = "rpk" // "recent#" and a shard, a hash of the entry's id
	RecentSortKey      = "rsk" // time of the revision, "#", the entry's id, "#", the revision

	// DueIndex holds the claims whose entry is due at some time. It projects the keys only: what is due is read from the table, as it is then.
	DueIndex        = "due"
	DuePartitionKey = "dpk" // "due#" and a shard, a hash of the key
	DueSortKey      = "dsk" // time at which it is due

	TimeToLive = "expires"  // number: Unix seconds after which the item may be deleted
	document   = "doc"      // the entry, claim, counter or brake as JSON: what was recorded comes back byte by byte
	version    = "v"        // number: the claim's version, for the condition of each write
	resource   = "resource" // for people who look into the table; of the seal it names the table
	state      = "state"    // of a brake: "on" or "off"
	code       = "mac"      // of claims and revisions: proves that the journal itself wrote them, see signed

	secrets    = "secret" // partition of the journal's secrets
	secretText = "sealed" // the secret, as only the key opens it, in base64
	made       = "made"   // when the secret was made, for people
)

// TableActions are the IAM actions that the journal needs on the table, IndexActions on its index (TABLE/index/NAME). A transaction is allowed by the actions of its parts.
//
// Source: DynamoDB developer guide, "IAM for transactions".
func TableActions() []string {
	return []string{"dynamodb:BatchGetItem", "dynamodb:DescribeTable", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query"}
}

// IndexActions are the IAM actions that the journal needs on RecentIndex and DueIndex; only Recent and Due do.
func IndexActions() []string { return []string{"dynamodb:Query"} }

// shards is over how many partitions of the index the entries are spread. An index by day would need no shards, but one storm would write to one day's partition, which
// takes 1,000 writes a second and holds the table's own writes back beyond; and Recent would have to know the clock and to ask for each day. Shards by id keep all
// revisions of an entry together, and cost the reader one query each, however long ago it looks back.
//
// Source: DynamoDB developer guide, "Best practices for designing and using partition keys effectively".
const shards = 8
