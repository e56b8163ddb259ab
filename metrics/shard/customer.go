package shard

// Of is the shard of a customer: FNV-1a of the bytes of the name, mixed, the
// same on every machine and in every version.
//
// Source: Fowler, Noll and Vo, FNV-1a with 64 bits; the mixing is the finalizer
// of MurmurHash3 (Appleby, 2011).
func Of(customer string, shards int) int {
	h := uint64(14695981039346656037)
	for i := range len(customer) {
		h = (h ^ uint64(customer[i])) * 1099511628211
	}
	h = (h ^ h>>33) * 0xff51afd7ed558ccd
	h = (h ^ h>>33) * 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return int(h % uint64(shards))
}
