package pattern

import (
	"bytes"
	"strconv"
)

// A comparable64 is a number as AWS's engine compares numbers: by float64, where that is the very number that was written, and not at all
// where it is not (0.1 is, 12345678901234567890 is not). The very number is the shortest that reads as that float64. Java before version 19 writes some
// float64s of 17 digits otherwise, so there the engine's answer depends on the Java that it runs on; the later one's is given here.
type comparable64 struct {
	value float64
	ok    bool
	text  string // not yet looked at
}

func newComparable(text string) comparable64 {
	c := comparable64{text: text}
	c.is()
	return c
}

// is looks at the text once and reports whether it can be compared.
func (c *comparable64) is() bool {
	if c.text != "" {
		c.value, c.ok = parseExact(c.text)
		c.text = ""
	}
	return c.ok
}

func parseExact(text string) (float64, bool) {
	if c := text[0]; c != '-' && (c < '0' || c > '9') {
		return 0, false
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, false
	}
	if len(text) > 15 || bytes.ContainsAny([]byte(text), ".eE") {
		var buf [32]byte
		shortest := strconv.AppendFloat(buf[:0], f, 'e', -1, 64)
		if bytes.IndexByte(shortest, '.') < 0 {
			shortest = strconv.AppendFloat(buf[:0], f, 'e', 1, 64) // Java writes two digits: 4.9E-324 and not 5E-324
		}
		if !sameDecimal([]byte(text), shortest) {
			return 0, false
		}
	}
	return f + 0, true // never -0
}

func formatNumber(f float64) string { return strconv.FormatFloat(f, 'g', -1, 64) }

// sameDecimal reports whether two spellings are one decimal number.
func sameDecimal(a, b []byte) bool {
	da, ea, ok := significant(a)
	db, eb, _ := significant(b)
	return ok && bytes.Equal(da, db) && (len(da) == 0 || ea == eb && (a[0] == '-') == (b[0] == '-'))
}

// significant gives the digits of a number without zeros at either end, and the power of ten of the first.
func significant(text []byte) (digits []byte, exponent int, ok bool) {
	mantissa := text
	if i := bytes.IndexAny(text, "eE"); i >= 0 {
		e, err := strconv.ParseInt(string(text[i+1:]), 10, 32)
		if err != nil {
			return nil, 0, false // no float64 has such an exponent
		}
		mantissa, exponent = text[:i], int(e)
	}
	mantissa = bytes.TrimPrefix(mantissa, []byte("-"))
	whole, fraction, _ := bytes.Cut(mantissa, []byte("."))
	exponent += len(whole) - 1
	digits = append(append(make([]byte, 0, len(mantissa)), whole...), fraction...)
	trimmed := bytes.TrimLeft(digits, "0")
	exponent -= len(digits) - len(trimmed)
	return bytes.TrimRight(trimmed, "0"), exponent, true
}

// A bound is one comparison of a numeric operator.
type bound struct {
	op    string
	value float64
}

func (b bound) holds(v float64) bool {
	switch b.op {
	case "=":
		return v == b.value
	case "<":
		return v < b.value
	case "<=":
		return v <= b.value
	case ">":
		return v > b.value
	}
	return v >= b.value
}

const numericWay = `write one comparison, as [">=", 7], or a range from below, as [">", 0, "<=", 10]`

// numeric reads {"numeric": [OPERATOR, NUMBER]} and {"numeric": [">", NUMBER, "<", NUMBER]}.
func (p *leafParser) numeric(v value, at *place) *Error {
	if v.kind != kindArray || len(v.items) == 0 {
		return at.fault("numeric wants an array of operators and numbers", numericWay)
	}
	if len(v.items) != 2 && len(v.items) != 4 {
		return at.fault("numeric wants one comparison or two", numericWay)
	}
	low, err := readBound(v, 0, at, "=", "<", "<=", ">", ">=")
	if err != nil {
		return err
	}
	high := low
	if len(v.items) == 4 {
		if low.op != ">" && low.op != ">=" {
			return at.item(0).fault("a range begins with > or >=", numericWay)
		}
		if high, err = readBound(v, 2, at, "<", "<="); err != nil {
			return err
		}
		if low.value >= high.value {
			return at.item(3).fault("the range ends where it begins or before", "put the greater number last")
		}
	}
	p.leaf.numeric = true
	p.add(func(s *scalar) bool {
		return !s.str && s.number.is() && low.holds(s.number.value) && high.holds(s.number.value)
	})
	return nil
}

func readBound(v value, i int, at *place, ops ...string) (bound, *Error) {
	op, number := v.items[i], v.items[i+1]
	known := false
	for _, o := range ops {
		known = known || op.kind == kindString && op.text == o
	}
	if !known {
		return bound{}, at.item(i).fault("no operator that can stand here", numericWay)
	}
	if number.kind != kindNumber {
		return bound{}, at.item(i+1).fault("not a number", "write the number without quotes")
	}
	n := newComparable(number.text)
	if !n.ok {
		return bound{}, at.item(i+1).fault("a number that a float64 does not hold exactly", "write fewer digits")
	}
	return bound{op.text, n.value}, nil
}
