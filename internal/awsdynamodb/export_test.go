package awsdynamodb

import (
	"strconv"

	"github.com/tagwarden/tagwarden/internal/journal"
)

// DueShard is the shard of the index of what is due in which a key's claim is.
func DueShard(k journal.Key) string { return strconv.Itoa(shardOf(k.String())) }
