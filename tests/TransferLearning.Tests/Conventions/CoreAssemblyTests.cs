using TransferLearning.Inference;

namespace TransferLearning.Tests.Conventions;

public sealed class CoreAssemblyTests
{
    [Fact]
    public void Core_WithWhatServingNeeds_DoesNotReferenceTorchSharp()
    {
        IEnumerable<string?> referenced = typeof(IPredictor).Assembly.GetReferencedAssemblies().Select(assembly => assembly.Name);

        Assert.Equal("TransferLearning.Core", typeof(IPredictor).Assembly.GetName().Name);
        Assert.DoesNotContain(referenced, name => name!.Contains("Torch", StringComparison.OrdinalIgnoreCase) || name == "TransferLearning");
    }
}
