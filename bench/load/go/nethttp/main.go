// net/http and encoding/json, as the standard library's own documents have it.
package main

import "planish-peers/batch"

func main() {
	batch.Serve(func(body []byte) ([]byte, int) { return batch.Transform(body, batch.Standard, batch.Prefix8) })
}
