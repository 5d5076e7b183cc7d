package remedies

import (
	"errors"
	"testing"

	"github.com/tagwarden/tagwarden/internal/remedy"
)

// TestWhatKMSLeavesOut holds that a key of which KMS tells nothing is not known.
func TestWhatKMSLeavesOut(t *testing.T) {
	for _, r := range []remedy.Remedy{kmsRotation, kmsCancelDeletion} {
		got, err := r.Lens.Read(t.Context(), canned{"application/x-amz-json-1.1", `{}`}.config(), key(noSuchKey))
		if err == nil || errors.Is(err, remedy.ErrGone) {
			t.Errorf("%s: got %s, %v; want that it is not known", r.ID, got, err)
		}
	}
}

// TestRotationThatIsOffHasNoPeriod holds that an undo shows as one, though KMS may go on telling the period.
func TestRotationThatIsOffHasNoPeriod(t *testing.T) {
	const off = `{"KeyMetadata":{"KeyManager":"CUSTOMER","KeySpec":"SYMMETRIC_DEFAULT","Origin":"AWS_KMS","KeyState":"Enabled"},"KeyRotationEnabled":false,"RotationPeriodInDays":365}`
	got, err := readKeyRotation(t.Context(), canned{"application/x-amz-json-1.1", off}.config(), key(noSuchKey))
	if want := (keyRotation{}); err != nil || got != want {
		t.Errorf("got %+v, %v; want %+v", got, err, want)
	}
}
