// Package lifecycle models the life of a customer in four words:
// persona = who, touchpoint = what happened, journey = where they are,
// metrics = what it is worth.
package lifecycle
