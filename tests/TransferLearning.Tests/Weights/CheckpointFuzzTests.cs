using TransferLearning.Randomness;
using TransferLearning.Tests.Support;
using TransferLearning.Weights;
using static TorchSharp.torch;

namespace TransferLearning.Tests.Weights;

public sealed class CheckpointFuzzTests
{
    private const int Mutations = 300;

    [SkippableTheory]
    [InlineData("zip.pth")]
    [InlineData("zip_protocol4.pth")]
    [InlineData("legacy.pth")]
    [InlineData("tar.pth")]
    [InlineData("all_types.safetensors")]
    public void Read_DamagedFile_GivesTensorsOrAClearError(string file)
    {
        byte[] whole = File.ReadAllBytes(ReferenceData.Require($"reference/checkpoints/{file}"));
        using var folder = new TemporaryFolder();
        string path = folder.File(file);
        int refused = 0;
        for (int mutation = 0; mutation < Mutations; mutation++)
        {
            File.WriteAllBytes(path, Mutate(whole, new RandomStream(20240521, mutation)));
            try
            {
                using StateDict tensors = WeightsFile.Read(path);
                foreach (Tensor tensor in tensors.Values)
                    Numbers.Of(tensor);
            }
            catch (WeightsFormatException)
            {
                refused++;
            }
            catch (Exception error)
            {
                Assert.Fail($"mutation {mutation}: {error}");
            }
        }

        Assert.InRange(refused, Mutations / 10, Mutations - 1);
    }

    private static byte[] Mutate(byte[] whole, RandomStream random)
    {
        int start = random.NextInt32(whole.Length);
        int length = 1 + random.NextInt32(Math.Min(64, whole.Length - start));
        switch (random.NextInt32(4))
        {
            case 0:
                return whole[..start];
            case 1:
                return [.. whole[..(start + length)], .. whole[start..]];
            case 2:
                return [.. whole[..start], .. whole[(start + length)..]];
            default:
                byte[] flipped = [.. whole];
                for (int flip = random.NextInt32(3); flip >= 0; flip--)
                    flipped[random.NextInt32(whole.Length)] ^= (byte)(1 << random.NextInt32(8));
                return flipped;
        }
    }
}
