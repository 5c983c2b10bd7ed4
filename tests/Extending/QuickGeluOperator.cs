using TransferLearning.Importing;
using TransferLearning.Networks.Graph;
using static TorchSharp.torch;

namespace Extending;

/// <summary>An activation of Microsoft's own domain, as exporters of CLIP write it.</summary>
/// <remarks>D. Hendrycks and K. Gimpel, "Gaussian Error Linear Units (GELUs)", 2016 (section 2).</remarks>
public sealed class QuickGeluOperator : IOnnxOperator
{
    public string Domain => "com.microsoft";

    public string Name => "QuickGelu";

    public OnnxLayer Plan(OnnxNode node)
    {
        float steepness = (float)node.Number("alpha", 1.702);
        return new OnnxLayer(node.Shape(0), [0], _ => new QuickGelu(steepness));
    }

    private sealed class QuickGelu(float steepness) : nn.Module<Tensor, Tensor>(nameof(QuickGelu)), IGraphLayer
    {
        public override Tensor forward(Tensor input)
        {
            using Tensor factor = tensor(steepness, input.dtype, input.device), scaled = input.mul(factor), gate = scaled.sigmoid();
            return input.mul(gate);
        }

        public GraphOperation Describe() => new("QuickGelu", ("alpha", (double)steepness));
    }
}
