package pattern

import (
	"encoding/hex"
	"net/netip"
	"strconv"
	"strings"
)

// A hexRange is a set of IP addresses as AWS's engine keeps it: two ends of equally many hexadecimal digits. A text is in it as soon as
// its digits so far decide that, whatever follows. So, as in the engine, an IPv6 address is in an IPv4 range when its first four bytes
// are, and a number of an event when its digits, read as hexadecimal ones, are.
type hexRange struct {
	low, high         string
	openLow, openHigh bool // the end itself is outside
}

func (r hexRange) match(s *scalar) bool {
	if s.str {
		digits, ok := addressDigits(s.text)
		return ok && r.holds(digits)
	}
	if s.numeric && s.number.is() {
		return false
	}
	return r.holds(s.text)
}

func (r hexRange) holds(text string) bool {
	atLow, atHigh := true, true
	for i := range len(r.low) {
		if i == len(text) || !strings.Contains("0123456789ABCDEF", text[i:i+1]) {
			return false
		}
		d := text[i]
		if atLow && d < r.low[i] || atHigh && d > r.high[i] {
			return false
		}
		atLow, atHigh = atLow && d == r.low[i], atHigh && d == r.high[i]
		if !atLow && !atHigh {
			return true
		}
	}
	return !(atLow && r.openLow) && !(atHigh && r.openHigh)
}

// sameAddress is the set of one address; false where text is no address.
func sameAddress(text string) (hexRange, bool) {
	digits, ok := addressDigits(text)
	if !ok {
		return hexRange{}, false
	}
	head, last := digits[:len(digits)-1], digits[len(digits)-1]
	switch last {
	case 'F':
		return hexRange{low: head + "E", openLow: true, high: digits}, true
	case '9':
		return hexRange{low: digits, high: head + "A", openHigh: true}, true
	}
	return hexRange{low: digits, high: head + string(last+1), openHigh: true}, true
}

// addressDigits gives an IP address as 8 or 32 hexadecimal digits.
func addressDigits(text string) (string, bool) {
	if text == "" || !strings.ContainsAny(text, ".:") || strings.Trim(text, "0123456789abcdefABCDEF:.") != "" {
		return "", false
	}
	addr, ok := parseAddress(text)
	if !ok {
		return "", false
	}
	return strings.ToUpper(hex.EncodeToString(addr.AsSlice())), true
}

// parseAddress reads addresses as Java does: leading zeros mean nothing, and an IPv4 address within an IPv6 one is the IPv4 address.
func parseAddress(text string) (netip.Addr, bool) {
	sep, mixed := ".", strings.Contains(text, ":")
	if mixed {
		sep = ":"
	}
	if mixed && strings.Contains(text, ".") || !mixed && len(text) > len("255.255.255.255") {
		return netip.Addr{}, false
	}
	parts := strings.Split(text, sep)
	for i, part := range parts {
		if trimmed := strings.TrimLeft(part, "0"); trimmed != part {
			parts[i] = trimmed
			if trimmed == "" {
				parts[i] = "0"
			}
		}
	}
	addr, err := netip.ParseAddr(strings.Join(parts, sep))
	return addr.Unmap(), err == nil
}

// cidr reads {"cidr": "10.0.0.0/8"}. A range of one address is refused by AWS's engine too.
func (p *leafParser) cidr(v value, at *place) *Error {
	const way = "write ADDRESS/BITS, with 0 to 31 bits (IPv4) or 0 to 127 bits (IPv6)"
	if v.kind != kindString {
		return at.fault("cidr wants a string", way)
	}
	parts := strings.Split(strings.TrimRight(v.text, "/"), "/")
	if len(parts) != 2 || !strings.Contains(v.text, "/") {
		return at.fault("not an address and a number of bits", way)
	}
	bits, err := strconv.Atoi(parts[1])
	digits, ok := addressDigits(parts[0])
	if err != nil || !ok || bits < 0 || bits >= 4*len(digits) {
		return at.fault("no such range of addresses", way)
	}
	addr, _ := parseAddress(parts[0])
	low := addr.AsSlice()
	high := addr.AsSlice()
	for i := bits; i < 8*len(low); i++ {
		low[i/8] &^= 0x80 >> (i % 8)
		high[i/8] |= 0x80 >> (i % 8)
	}
	upper := func(b []byte) string { return strings.ToUpper(hex.EncodeToString(b)) }
	p.add(hexRange{low: upper(low), high: upper(high)}.match)
	return nil
}
