// Package recorded reads events that were written down: JSON files, JSON lines, compressed or not, whole folders of them, or a stream.
package recorded

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
)

// MaxFile is how many bytes one file may have, unpacked: 1 GiB. Larger recordings are to be split.
const MaxFile = 1 << 30

// A Text is one JSON value of a recording. It may or may not be an event.
type Text struct {
	Place string // "events/a.json", or "events/b.jsonl:17" where a file has several
	Data  []byte
	Err   error // why nothing could be read here; Data is nil then
}

// Read gives the texts of files, folders (all files in them, in sorted order) and, for "-", of stdin. What cannot be read is a Text with Err; the others are still given.
func Read(paths []string, stdin io.Reader) iter.Seq[Text] {
	return func(yield func(Text) bool) {
		for _, path := range paths {
			if path == "-" {
				if !read("standard input", stdin, yield) {
					return
				}
				continue
			}
			if !walk(path, yield) {
				return
			}
		}
	}
}

// errStop ends a walk early.
var errStop = errors.New("stop")

func walk(path string, yield func(Text) bool) bool {
	found := false
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return keepOn(yield(Text{Place: name, Err: errors.New("there is no such file or folder: check the path")}))
		}
		if err != nil {
			return keepOn(yield(Text{Place: name, Err: err}))
		}
		if entry.IsDir() {
			return nil
		}
		found = true
		return keepOn(readFile(name, yield))
	})
	if err == nil && !found {
		if info, statErr := os.Stat(path); statErr == nil && info.IsDir() {
			return yield(Text{Place: path, Err: errors.New("there is no file in this folder: check the path")})
		}
	}
	return err == nil
}

func keepOn(more bool) error {
	if more {
		return nil
	}
	return errStop
}

func readFile(name string, yield func(Text) bool) bool {
	f, err := os.Open(name)
	if err != nil {
		return yield(Text{Place: name, Err: err})
	}
	defer f.Close()
	return read(name, f, yield)
}

func read(name string, from io.Reader, yield func(Text) bool) bool {
	data, err := unpack(from)
	if err != nil {
		return yield(Text{Place: name, Err: err})
	}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(bytes.TrimSpace(data)) == 0 {
		return yield(Text{Place: name, Err: errors.New("it is empty: leave it out, or record events into it")})
	}
	if first, _, several := bytes.Cut(bytes.TrimLeft(data, " \t\r\n"), []byte("\n")); several && json.Valid(first) {
		return lines(name, data, yield)
	}
	return document(name, data, yield)
}

func unpack(from io.Reader) ([]byte, error) {
	buffered := bufio.NewReader(from)
	var plain io.Reader = buffered
	if magic, err := buffered.Peek(2); err == nil && magic[0] == 0x1f && magic[1] == 0x8b {
		unzipped, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("unpack it: %w", err)
		}
		plain = unzipped
	}
	data, err := io.ReadAll(io.LimitReader(plain, MaxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > MaxFile {
		return nil, fmt.Errorf("it has more than %d bytes: split it", MaxFile)
	}
	return data, nil
}

// lines gives each line by itself: one that is broken does not spoil the others.
func lines(name string, data []byte, yield func(Text) bool) bool {
	number := 0
	for line := range bytes.Lines(data) {
		number++
		if line = bytes.TrimSpace(line); len(line) == 0 {
			continue
		}
		place := fmt.Sprintf("%s:%d", name, number)
		text := Text{Place: place, Data: line}
		if !json.Valid(line) {
			text = Text{Place: place, Err: errors.New("it is no JSON: write one event a line")}
		}
		if !yield(text) {
			return false
		}
	}
	return true
}

// document gives the values of a file that is not written a line a value. A list is its members.
func document(name string, data []byte, yield func(Text) bool) bool {
	decoder := json.NewDecoder(bytes.NewReader(data))
	for {
		began := decoder.InputOffset()
		var value json.RawMessage
		switch err := decoder.Decode(&value); {
		case err == io.EOF:
			return true
		case errors.Is(err, io.ErrUnexpectedEOF):
			return yield(Text{Place: name, Err: fmt.Errorf("it ends in the middle, after byte %d: record it again", len(data))})
		case err != nil:
			return yield(Text{Place: name, Err: fmt.Errorf("it is no JSON from byte %d on: events are JSON objects, one after the other or in a list", began)})
		}
		list, several := members(value)
		for i, member := range list {
			place := name
			if several {
				place = fmt.Sprintf("%s[%d]", name, i)
			}
			if !yield(Text{Place: place, Data: member}) {
				return false
			}
		}
	}
}

// members are the members of a list, or the value alone.
func members(value json.RawMessage) (list []json.RawMessage, several bool) {
	if value[0] == '[' && json.Unmarshal(value, &list) == nil {
		return list, true
	}
	return []json.RawMessage{value}, false
}
