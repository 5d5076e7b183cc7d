package journal

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// MaxBytes is how large an entry may be as JSON, in bytes. A DynamoDB item ends at 400 KB, the names of its attributes included, and a claim carries its entry, which
// leaves some 10 KB for the rest of it.
//
// Source: DynamoDB developer guide, "Quotas": maximum item size 400 KB.
const MaxBytes = 390 << 10

// Encode is the entry as a journal keeps it. It answers ErrTooLarge, and says what is too large, for more than MaxBytes.
func Encode(e Entry) ([]byte, error) {
	data, err := encodeEntry(e)
	if err != nil {
		return nil, fmt.Errorf("encode entry %s: %w", e.ID, err)
	}
	if len(data) > MaxBytes {
		part, size := largest(e)
		return nil, fmt.Errorf("entry %s has %d bytes, of which %d in its %s; %d are kept: %w", e.ID, len(data), size, part, MaxBytes, ErrTooLarge)
	}
	return data, nil
}

// Decode reads an entry as Encode writes it, or as an older version or a newer one did: fields that are not known are kept. A state that is not known is ErrNewer.
func Decode(data []byte) (Entry, error) {
	var e Entry
	err := json.Unmarshal(data, &e)
	if err == nil {
		e.later, err = laterOf(data, entryFields)
	}
	if err == nil {
		err = understood(e)
	}
	if err != nil {
		return Entry{}, fmt.Errorf("decode entry: %w", err)
	}
	return whole(e), nil
}

// encodeEntry is the entry as JSON, with what a newer version wrote.
func encodeEntry(e Entry) ([]byte, error) {
	data, err := encode(e)
	if err != nil {
		return nil, err
	}
	return e.later.with(data)
}

// EncodeClaim is the claim as a journal keeps it. Its entry was bounded when its revision was made; a few reporters more have room.
func EncodeClaim(c Claim) ([]byte, error) {
	entry, err := encodeEntry(c.Entry)
	var data []byte
	if err == nil {
		data, err = encode(keptClaim{Claim: c, Entry: entry})
	}
	if err == nil {
		data, err = c.later.with(data)
	}
	if err != nil {
		return nil, fmt.Errorf("encode claim on %s: %w", c.Entry.Key, err)
	}
	return data, nil
}

// A keptClaim is a claim whose entry is JSON already.
type keptClaim struct {
	Claim
	Entry json.RawMessage `json:"entry"`
}

// DecodeClaim reads a claim as EncodeClaim writes it; what it does not know, as Decode.
func DecodeClaim(data []byte) (Claim, error) {
	var kept keptClaim
	err := json.Unmarshal(data, &kept)
	c := kept.Claim
	if err == nil && len(kept.Entry) > 0 {
		c.Entry, err = Decode(kept.Entry)
	}
	if err == nil {
		c.later, err = laterOf(data, claimFields)
	}
	if err != nil {
		return Claim{}, fmt.Errorf("decode claim: %w", err)
	}
	return c, nil
}

// EncodeCounter is the counter as a journal keeps it.
func EncodeCounter(c Counter) ([]byte, error) {
	data, err := encode(c)
	if err == nil {
		data, err = c.later.with(data)
	}
	if err != nil {
		return nil, fmt.Errorf("encode counter %s: %w", c.Name, err)
	}
	return data, nil
}

// DecodeCounter reads a counter as EncodeCounter writes it.
func DecodeCounter(data []byte) (Counter, error) {
	var c Counter
	err := json.Unmarshal(data, &c)
	if err == nil {
		c.later, err = laterOf(data, counterFields)
	}
	if err != nil {
		return Counter{}, fmt.Errorf("decode counter: %w", err)
	}
	return c, nil
}

// whole undoes the one thing that JSON makes of an entry: attributes that are not known are written as null, and read as the text null.
func whole(e Entry) Entry {
	if string(e.Resource.Attributes) == "null" {
		e.Resource.Attributes = nil
	}
	return e
}

// Reread is the entry as the next reader will see it: times in UTC, raw JSON compact, nothing shared with the caller's value.
func Reread(e Entry) (Entry, error) {
	data, err := encodeEntry(e)
	if err != nil {
		return Entry{}, fmt.Errorf("encode entry %s: %w", e.ID, err)
	}
	return Decode(data)
}

// encode is json.Marshal, but values stay as they are: an undo compares and writes what was recorded, byte by byte.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}

// largest names the largest of the parts of an entry that can grow, with its size in bytes.
func largest(e Entry) (string, int) {
	name, size := "other fields", 0
	for _, part := range []struct {
		name  string
		value any
	}{
		{"violations", e.Violations},
		{"change", e.Change},
		{"parameters (with)", e.With},
		{"attributes", e.Attributes},
		{"resource", e.Resource},
		{"key", e.Key},
		{"calls", e.Calls},
		{"last error (err)", e.Err},
		{"reason", e.Reason},
	} {
		if data, err := encode(part.value); err == nil && len(data) > size {
			name, size = part.name, len(data)
		}
	}
	return name, size
}
