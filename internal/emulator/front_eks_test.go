package emulator

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"reflect"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eks"
	"github.com/aws/aws-sdk-go-v2/service/eks/types"
)

func TestUpdateOfAnEKSClusterKeepsTheRest(t *testing.T) {
	var got map[string]any
	emulator := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.Method + " " + r.URL.Path {
		case "GET /clusters/orders":
			_, _ = w.Write([]byte(`{"cluster":{"name":"orders","resourcesVpcConfig":{"endpointPublicAccess":true,"publicAccessCidrs":["198.51.100.0/24"]}}}`))
		case "POST /clusters/orders/update-config":
			if err := json.NewDecoder(r.Body).Decode(&got); err != nil {
				t.Errorf("the request is no JSON: %v", err)
			}
			_, _ = w.Write([]byte(`{"update":{"id":"1"}}`))
		default:
			t.Errorf("got %s %s", r.Method, r.URL.Path)
		}
	}))
	defer emulator.Close()
	f, err := New(emulator.URL, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = eks.NewFromConfig(Config(f.Address, Region)).UpdateClusterConfig(t.Context(), &eks.UpdateClusterConfigInput{
		Name: aws.String("orders"), ClientRequestToken: aws.String("t"), ResourcesVpcConfig: &types.VpcConfigRequest{EndpointPublicAccess: aws.Bool(false)},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{
		"clientRequestToken": "t", "resourcesVpcConfig": map[string]any{"endpointPublicAccess": false, "publicAccessCidrs": []any{"198.51.100.0/24"}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("the emulator got %v, want %v", got, want)
	}
}
