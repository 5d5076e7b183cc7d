package arn

import "strings"

// minUnique is how many upper-case letters and digits follow the prefix of a generated id at
// least: IAM's have 17 (AROA..., AIDA...), RDS's 26 (db-..., cluster-...). Source: IAM user
// guide, "Unique identifiers"; RDS API reference, DbiResourceId.
const minUnique = 16

// Type gives the type of the resource that a names, as AWS Config spells it, and its id. ok is
// false where no type is known, or where several have ARNs of the same form and none is the
// usual one (DataSync locations, Cloud Map namespaces).
//
// The id is AWS Config's resourceId where the ARN tells it: i-0abc, a bucket's or queue's name,
// and the ARN itself for the types whose resourceId is the ARN. Where Config uses a generated id
// (IAM, RDS, CodeBuild), or a queue's URL, it is the name, for IAM with its path ("service-role/x").
// [For] leads back to the ARN from it; where a shorter id could not, the id is the ARN.
func Type(a ARN) (typ, id string, ok bool) {
	f, found := formOf(a)
	if !found {
		return "", "", false
	}
	usual := f.typ.usual(a, f.template)
	if !f.typ.ids.arn {
		id := f.typ.spell(f.id(a.Resource))
		if back, ok := For(f.typ.name, a.Partition, a.Region, a.Account, id); ok && back == usual {
			return f.typ.name, id, true
		}
	}
	return f.typ.name, usual.String(), true
}

// For gives the ARN of a resource of a type. The id is what [Type] gives: an id, a name, an ARN
// (which is only brought to its usual spelling), an SQS queue URL; also the whole resource part
// of an ARN ("/hostedzone/Z0", "loadbalancer/app/x/0"). Where the ARN or URL names partition,
// region or account, that holds; otherwise those given do.
//
// ok is false where the id does not tell the ARN: a generated id (an IAM role's AROA..., an RDS
// instance's db-...), a name that lacks a part (a load balancer's, a secret's), an id that can be
// read in two ways, an ARN of another type, a missing region or account.
func For(typ, partition, region, account, id string) (ARN, bool) {
	r, found := known().types[typ]
	if !found || len(r.templates) == 0 {
		return ARN{}, false
	}
	if strings.HasPrefix(id, "arn:") {
		return r.fromARN(id)
	}
	if isURL(id) {
		return r.fromQueueURL(partition, region, id)
	}
	if r.ids.arnOnly || r.ids.generated(id) {
		return ARN{}, false
	}
	return r.fromID(ARN{Partition: partition, Region: region, Account: account}, id)
}

// Generated says whether an id of a type is one that AWS made up and that is not part of the ARN: an IAM role's AROA..., a DB instance's db-...
func Generated(typ, id string) bool {
	r, found := known().types[typ]
	return found && r.ids.generated(id)
}

// formOf finds the most specific form of a.
func formOf(a ARN) (form, bool) {
	for _, f := range known().forms[a.Service] {
		if f.match(a) {
			return f, true
		}
	}
	return form{}, false
}

// fromARN reads an id that is an ARN already.
func (r *resourceType) fromARN(id string) (ARN, bool) {
	a, err := Parse(id)
	if err != nil {
		return ARN{}, false
	}
	t, ok := r.templateOf(a)
	if !ok {
		return ARN{}, false
	}
	return r.usual(a, t), true
}

// templateOf finds which spelling of the type's ARNs a has; ok is false where a is of another
// type.
func (r *resourceType) templateOf(a ARN) (template, bool) {
	if !r.shared {
		f, ok := formOf(a)
		return f.template, ok && f.typ == r
	}
	for _, t := range r.templates {
		if t.match(a) {
			return t, true
		}
	}
	return template{}, false
}

// usual gives a, which has the form t, as the first template of its type spells it: a log group
// without ":*", an address as elastic-ip. It is a itself where it is so or cannot be so.
func (r *resourceType) usual(a ARN, t template) ARN {
	first := r.templates[0]
	b := a
	b.Resource = first.prefix + t.id(a.Resource) + first.suffix
	if f, ok := formOf(b); !r.shared && (!ok || f.typ != r) {
		return a
	}
	return b
}

// fromID builds the ARN from an id or a resource part. It gives none where both readings are
// possible: "role/x" is the role x, and the role x in the path /role/.
func (r *resourceType) fromID(where ARN, id string) (ARN, bool) {
	t := r.templates[0]
	name := id
	if strings.HasSuffix(t.prefix, "/") {
		name = strings.TrimPrefix(id, "/")
	}
	// OpenSearch's DomainId, which Config uses for Elasticsearch domains, is ACCOUNT/NAME.
	if t.service == "es" {
		name = strings.TrimPrefix(name, where.Account+"/")
	}
	asID, isID := r.build(where, t.prefix+name+t.suffix)
	if r.ids.slash && name != id {
		return asID, isID
	}
	asResource, isResource := r.build(where, t.rooted(id))
	switch {
	case isID && isResource && asID != asResource:
		return ARN{}, false
	case isID:
		return asID, true
	}
	return asResource, isResource
}

// rooted gives a resource part the leading slash that its template has, and no other.
func (t template) rooted(resource string) string {
	resource = strings.TrimPrefix(resource, "/")
	if strings.HasPrefix(t.prefix, "/") {
		return "/" + resource
	}
	return resource
}

// build makes the ARN and proves that it is one, of this type.
func (r *resourceType) build(where ARN, resource string) (ARN, bool) {
	t := r.templates[0]
	if t.prefix != "" && !strings.HasPrefix(resource, t.prefix) {
		return ARN{}, false
	}
	a := ARN{Partition: where.Partition, Service: t.service, Resource: resource}
	if t.region != absent {
		a.Region = where.Region
	}
	if t.account != absent {
		a.Account = where.Account
	}
	if parsed, err := Parse(a.String()); err != nil || parsed != a || !t.match(a) {
		return ARN{}, false
	}
	_, ok := r.templateOf(a)
	return a, ok
}

// spell gives an id as the service spells it.
func (r *resourceType) spell(id string) string {
	if r.ids.slash && strings.Contains(id, "/") {
		return "/" + id
	}
	return id
}

// generated says whether id is one that AWS made up, which is not part of the ARN.
func (i ids) generated(id string) bool {
	if i.uuid {
		return isUUID(id)
	}
	rest, found := strings.CutPrefix(id, i.unique)
	return i.unique != "" && found && len(rest) >= minUnique && !strings.ContainsFunc(rest, func(c rune) bool {
		return (c < '0' || c > '9') && (c < 'A' || c > 'Z')
	})
}

// isUUID says whether s is 8-4-4-4-12 hexadecimal digits.
func isUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i := range len(s) {
		hyphen := i == 8 || i == 13 || i == 18 || i == 23
		if hyphen != (s[i] == '-') || !hyphen && !strings.ContainsRune("0123456789abcdefABCDEF", rune(s[i])) {
			return false
		}
	}
	return true
}
