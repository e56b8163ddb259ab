package sqltext

import "errors"

// What callers branch on.
var (
	// ErrOptions: options, or a spec, that no text can be written for.
	ErrOptions = errors.New("bad options")
	// ErrName: a name that is no identifier, or a text that cannot stand between
	// quotes.
	ErrName = errors.New("bad name")
	// ErrRows: a result that is not what the query gives.
	ErrRows = errors.New("bad rows")
	// ErrFaults: the table holds rows that cannot be counted. [ChangeChecks] says
	// which rules they break.
	ErrFaults = errors.New("rows at fault")
)

// errStop ends a reading whose caller has enough.
var errStop = errors.New("stop")
