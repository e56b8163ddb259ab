package shard

import "errors"

var (
	// ErrFile: a file is not what a Writer made: cut short, altered, or of other
	// customers.
	ErrFile = errors.New("damaged shard")
	// ErrExists: there is a set of shards, or results of other work, already.
	ErrExists = errors.New("exists already")
)
