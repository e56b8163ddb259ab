// Package id reads ids of customers and events: how long they may be, and what
// stands for one where a whole text would be too much to keep.
package id

import (
	"errors"
	"fmt"
	"math/bits"
)

// MaxCustomer is the longest customer id in bytes.
const MaxCustomer = 1_024

// CheckCustomer says what is wrong with the id of a customer.
func CheckCustomer(s string) error {
	switch {
	case s == "":
		return errors.New("it is empty")
	case len(s) > MaxCustomer:
		return fmt.Errorf("%d bytes, at most %d", len(s), MaxCustomer)
	}
	return nil
}

// Hash folds an event id into 64 bits; zero only for the empty id. It reads
// eight bytes at a time and multiplies to 128 bits, as wyhash does (Wang Yi,
// 2019). Snapshots keep its value, so it must not change.
func Hash(s string) uint64 {
	const k0, k1 = 0x9E3779B97F4A7C15, 0xBF58476D1CE4E5B9
	n := len(s)
	if n == 0 {
		return 0
	}
	h := uint64(n) * k0
	head, tail := Ends(s)
	for len(s) > 16 {
		h = fold(h^Word(s), k1)
		s = s[8:]
	}
	if n > 16 {
		head = Word(s)
	}
	h = fold(h^head, k1^tail)
	if h = fold(h, k0); h == 0 {
		return 1
	}
	return h
}

func fold(a, b uint64) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi ^ lo
}

// Ends returns the first and last eight bytes of s, or shorter overlapping ends
// that together with the length still say what s is.
func Ends(s string) (head, tail uint64) {
	switch n := len(s); {
	case n >= 8:
		return Word(s), Word(s[n-8:])
	case n >= 4:
		return uint64(Half(s)), uint64(Half(s[n-4:]))
	case n > 0:
		return uint64(s[0]) | uint64(s[n>>1])<<8 | uint64(s[n-1])<<16, 0
	}
	return 0, 0
}

// Word is the number that eight bytes are, the lowest first.
func Word(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

// Half is the number that four bytes are, the lowest first.
func Half(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}
