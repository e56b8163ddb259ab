package parquetio

import (
	"errors"

	"github.com/lifecycle-go/lifecycle/metrics/fault"
)

// Options bound what is read and say how it is written. The zero value is ready
// to use.
type Options struct {
	// MaxRows is how many rows a file may have; 0 = 2^31.
	MaxRows int64
	// MaxPage is how many bytes a page may have once it is decompressed; 0 = 64 MiB.
	MaxPage int64
	// MaxFooter is how many bytes the description at the end of a file may have;
	// 0 = 16 MiB.
	MaxFooter int64
	// RowGroup is how many rows are written together, and kept until then;
	// 0 = 65,536, at most a million.
	RowGroup int
}

const (
	defaultRows     = 1 << 31
	defaultPage     = 64 << 20
	defaultFooter   = 16 << 20
	defaultRowGroup = 1 << 16
	maxRowGroup     = 1_000_000
	maxColumns      = 4096
)

// What callers branch on.
var (
	// ErrOptions: options outside their limits.
	ErrOptions = errors.New("bad options")
	// ErrFile: bytes that are no Parquet file, or not a whole one.
	ErrFile = errors.New("not a valid Parquet file")
	// ErrLimit: a file beyond the limits of Options.
	ErrLimit = errors.New("beyond the limit")
	// ErrColumn: a column that is missing, or of a type that its values cannot be
	// read from exactly.
	ErrColumn = errors.New("bad column")
	// ErrValue: a value that its column cannot hold, or that is none of its kind.
	ErrValue = errors.New("bad value")
)

func (o Options) filled() (Options, error) {
	if o.MaxRows < 0 || o.MaxPage < 0 || o.MaxFooter < 0 || o.RowGroup < 0 || o.RowGroup > maxRowGroup {
		return o, refuse("options", "", "", "want no negative limit, and a RowGroup of at most 1000000", ErrOptions)
	}
	def := func(v *int64, zero int64) {
		if *v == 0 {
			*v = zero
		}
	}
	def(&o.MaxRows, defaultRows)
	def(&o.MaxPage, defaultPage)
	def(&o.MaxFooter, defaultFooter)
	if o.RowGroup == 0 {
		o.RowGroup = defaultRowGroup
	}
	return o, nil
}

func refuse(op, field, value, limit string, err error) error {
	return &fault.Error{Package: "parquetio", Op: op, Field: field, Value: value, Limit: limit, Err: err}
}

// atRow says which value of which row is at fault.
func atRow(row int64, column, value, limit string, err error) error {
	return &fault.Row{Row: row, Field: column, Value: value, Limit: limit, Err: err}
}
