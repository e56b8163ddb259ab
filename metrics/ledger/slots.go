package ledger

import "hash/maphash"

// slots numbers what has a level: a customer's subscriptions and their items.
// Most customers have one or two, found by following a chain from the customer;
// beyond the first few they are found by hash.
type slots struct {
	texts
	owner []uint32
	first []uint32 // by customer: its first slot plus one
	next  []uint32 // by slot: the owner's next in the chain plus one
	seed  maphash.Seed
	rest  index // those in no chain
}

// chained is how many slots of a customer stand in its chain.
const chained = 8

func newSlots() slots { return slots{seed: maphash.MakeSeed(), rest: newIndex()} }

func (n *slots) hash(owner uint32, s []byte) uint64 {
	h := (maphash.Bytes(n.seed, s) ^ uint64(owner)) * 0x9e3779b97f4a7c15
	return h ^ h>>32
}

func (n *slots) hashOf(i uint32) uint64 { return n.hash(n.owner[i], n.text(i)) }

// chain looks for a slot in its owner's chain. Where it is not, last is the last
// in it plus one and full whether there is room for no other.
func (n *slots) chain(owner uint32, s string) (slot, last uint32, full, found bool) {
	if int(owner) >= len(n.first) {
		return 0, 0, false, false
	}
	length := 0
	for next := n.first[owner]; next != 0; next = n.next[next-1] {
		if string(n.text(next-1)) == s {
			return next - 1, 0, false, true
		}
		last = next
		length++
	}
	return 0, last, length == chained, false
}

func (n *slots) inRest(owner uint32, s string, h uint64) (uint32, bool) {
	p := n.rest.part(h)
	if p.n == 0 {
		return 0, false
	}
	tag := tagOf(h)
	for at, ok := p.next(tag, p.home(h)); ok; at, ok = p.next(tag, p.after(at)) {
		if i := p.refs[at]; n.owner[i] == owner && string(n.text(i)) == s {
			return i, true
		}
	}
	return 0, false
}

// number returns the number of a customer's slot, and whether it is new.
func (n *slots) number(owner uint32, s string) (i uint32, fresh bool, err error) {
	i, last, full, found := n.chain(owner, s)
	if found {
		return i, false, nil
	}
	var h uint64
	if full {
		h = n.hash(owner, []byte(s))
		if i, found = n.inRest(owner, s, h); found {
			return i, false, nil
		}
	}
	if i, err = n.push(s); err != nil {
		return 0, false, err
	}
	n.owner = append(n.owner, owner)
	n.next = append(n.next, 0)
	for int(owner) >= len(n.first) {
		n.first = append(n.first, 0)
	}
	switch {
	case full:
		n.rest.insert(h, i, n.hashOf)
	case last == 0:
		n.first[owner] = i + 1
	default:
		n.next[last-1] = i + 1
	}
	return i, true, nil
}

// find returns the number of a customer's slot where it has one.
func (n *slots) find(owner uint32, s string) (uint32, bool) {
	i, _, full, found := n.chain(owner, s)
	if found || !full {
		return i, found
	}
	return n.inRest(owner, s, n.hash(owner, []byte(s)))
}

// warm touches what finding the slots of customers will read, as names.warm does.
func (n *slots) warm(custs []uint32) (sink uint32) {
	if n.len() < splitFrom {
		return 0
	}
	var at, ends [batch]uint32
	for i, c := range custs {
		if int(c) < len(n.first) {
			at[i] = n.first[c]
		}
	}
	for i := range custs {
		if at[i] != 0 {
			ends[i] = n.ends[at[i]-1]
			sink ^= n.next[at[i]-1]
		}
	}
	for i := range custs {
		if ends[i] != 0 {
			sink ^= uint32(n.arena[ends[i]-1])
		}
	}
	return sink
}

// truncate forgets the slots from number size on, and the customers from number
// customers on.
func (n *slots) truncate(size, customers int) {
	for i := n.len() - 1; i >= size; i-- {
		n.unlink(uint32(i))
	}
	n.texts.truncate(size)
	n.owner, n.next = n.owner[:size], n.next[:size]
	n.first = n.first[:min(customers, len(n.first))]
}

// unlink takes the youngest slot of a customer out of its chain, or the rest.
func (n *slots) unlink(i uint32) {
	owner := n.owner[i]
	at := &n.first[owner]
	for *at != 0 {
		if *at == i+1 {
			*at = 0
			return
		}
		at = &n.next[*at-1]
	}
	h := n.hashOf(i)
	n.rest.part(h).remove(h, i, n.hashOf)
}

func (n *slots) clone() slots {
	return slots{
		texts: n.texts.clone(), seed: n.seed, rest: n.rest.clone(),
		owner: append([]uint32(nil), n.owner...), first: append([]uint32(nil), n.first...), next: append([]uint32(nil), n.next...),
	}
}

func (n *slots) trim() {
	n.texts.trim()
	n.owner, n.next, n.first = trim(n.owner), trim(n.next), trim(n.first)
}
