package parquetio

import (
	"fmt"
	"io"
	"iter"
	"strconv"
	"unicode/utf8"

	"github.com/apache/arrow-go/v18/parquet"
	"github.com/apache/arrow-go/v18/parquet/compress"
	"github.com/apache/arrow-go/v18/parquet/file"
	"github.com/apache/arrow-go/v18/parquet/schema"
)

// write writes a table. Equal rows give equal bytes.
func write[T any](op string, w io.Writer, fields []field[T], rows iter.Seq2[T, error], o Options) (err error) {
	if o, err = o.filled(); err != nil {
		return err
	}
	defer caught(op, &err)
	nodes := make(schema.FieldList, len(fields))
	for i := range fields {
		if nodes[i], err = fields[i].node(); err != nil {
			return fmt.Errorf("parquetio: %s: %w", op, err)
		}
	}
	root, err := schema.NewGroupNode("schema", parquet.Repetitions.Required, nodes, -1)
	if err != nil {
		return fmt.Errorf("parquetio: %s: %w", op, err)
	}
	to, err := file.NewParquetWriterWithError(w, root, file.WithWriterProps(
		parquet.NewWriterProperties(parquet.WithCompression(compress.Codecs.Snappy), parquet.WithCreatedBy("lifecycle"))))
	if err != nil {
		return fmt.Errorf("parquetio: %s: %w", op, err)
	}
	var done int64
	pending := make([]T, 0, min(o.RowGroup, 1024))
	flush := func() error {
		if err := writeGroup(to, fields, pending, done); err != nil {
			return fmt.Errorf("parquetio: %s: %w", op, err)
		}
		done += int64(len(pending))
		clear(pending)
		pending = pending[:0]
		return nil
	}
	for r, err := range rows {
		if err != nil {
			return fmt.Errorf("parquetio: %s: row %d: %w", op, done+int64(len(pending))+1, err)
		}
		if pending = append(pending, r); len(pending) == o.RowGroup {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if len(pending) > 0 {
		if err := flush(); err != nil {
			return err
		}
	}
	if err := to.Close(); err != nil {
		return fmt.Errorf("parquetio: %s: %w", op, err)
	}
	return nil
}

func writeGroup[T any](to *file.Writer, fields []field[T], rows []T, done int64) error {
	group, err := to.AppendRowGroupChecked()
	if err != nil {
		return err
	}
	values, levels := make([]value, 0, len(rows)), make([]int16, len(rows))
	for i := range fields {
		f := &fields[i]
		values = values[:0]
		for k := range rows {
			v := f.put(&rows[k])
			if levels[k] = 1; v.null {
				levels[k] = 0
				continue
			}
			if err := check(f.name, f.kind, &v, done+int64(k)+1); err != nil {
				return err
			}
			values = append(values, v)
		}
		column, err := group.NextColumn()
		if err != nil {
			return err
		}
		defined := levels
		if f.required {
			defined = nil
		}
		if err := writeColumn(column, f.kind, values, defined); err != nil {
			return fmt.Errorf("column %s: %w", f.name, err)
		}
		if err := column.Close(); err != nil {
			return fmt.Errorf("column %s: %w", f.name, err)
		}
	}
	return group.Close()
}

// check refuses what the column cannot hold exactly.
func check(column string, k kind, v *value, row int64) error {
	if v.bad != nil {
		return atRow(row, column, v.text, "", v.bad)
	}
	switch k {
	case texts:
		if !utf8.ValidString(v.text) {
			return atRow(row, column, v.text, "want valid UTF-8", ErrValue)
		}
	case instants:
		if v.n%1000 != 0 {
			return atRow(row, column, strconv.FormatInt(v.n, 10), "want whole microseconds, of years 1678 to 2261", ErrValue)
		}
	case decimals:
		if _, ok := bytesOf(v.dec); !ok {
			return atRow(row, column, v.dec.String(), "want at most 26 digits before the point and 12 behind it", ErrValue)
		}
	default:
	}
	return nil
}

func writeColumn(column file.ColumnChunkWriter, k kind, values []value, levels []int16) (err error) {
	switch c := column.(type) {
	case *file.ByteArrayColumnChunkWriter:
		out := make([]parquet.ByteArray, len(values))
		for i := range values {
			out[i] = parquet.ByteArray(values[i].text)
		}
		_, err = c.WriteBatch(out, levels, nil)
	case *file.Int64ColumnChunkWriter:
		out := make([]int64, len(values))
		for i := range values {
			if out[i] = values[i].n; k == instants {
				out[i] /= 1000
			}
		}
		_, err = c.WriteBatch(out, levels, nil)
	case *file.FixedLenByteArrayColumnChunkWriter:
		out := make([]parquet.FixedLenByteArray, len(values))
		for i := range values {
			if out[i], _ = bytesOf(values[i].dec); out[i] == nil {
				out[i] = make(parquet.FixedLenByteArray, widthBytes)
			}
		}
		_, err = c.WriteBatch(out, levels, nil)
	case *file.BooleanColumnChunkWriter:
		out := make([]bool, len(values))
		for i := range values {
			out[i] = values[i].n == 1
		}
		_, err = c.WriteBatch(out, levels, nil)
	default:
		err = fmt.Errorf("%w: %T", ErrColumn, column)
	}
	return err
}

// ofSlice is rows without errors.
func ofSlice[T any](rows iter.Seq[T]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for r := range rows {
			if !yield(r, nil) {
				return
			}
		}
	}
}
