using TorchSharp;
using TorchSharp.Modules;
using TransferLearning.Networks.Graph;
using TransferLearning.Networks.Layers;
using static TorchSharp.torch;

namespace TransferLearning.Networks.Architectures;

/// <summary>
/// Vision transformer: Dosovitskiy et al., "An Image Is Worth 16x16 Words: Transformers for Image Recognition at Scale", ICLR 2021
/// (table 1). Field names are torchvision's keys.
/// </summary>
internal sealed class VisionTransformer(VisionTransformer.Plan plan, int patch, int side) : StagedNetwork(nameof(VisionTransformer)), IFollowsInputFormat
{
    public const string Tiny = "vit_ti_16";
    public const string Small = "vit_s_16";

    private const double Epsilon = 1e-6;
    private const int BlockStages = 4;

    private readonly Parameter class_token = new(zeros(1, 1, plan.Width));
    private readonly Convolution2d conv_proj = Layer.Convolution(3, plan.Width, kernel: patch, stride: patch, padding: 0, bias: true);
    private readonly Flatten flatten = nn.Flatten(start_dim: 2);
    private readonly Permutation permute = new(0, 2, 1);
    private readonly Embedding embed = new();
    private readonly Encoder encoder = new(plan, tokens: side / patch * (side / patch) + 1);
    private readonly FirstToken first = new();
    private readonly Chain heads = new(("head", Layer.Linear(plan.Width, 1000)));

    public static IReadOnlyList<NetworkArchitecture> Catalog { get; } =
    [
        Entry("vit_b_16", new Plan(Depth: 12, Width: 768, Hidden: 3072, Heads: 12), patch: 16),
        Entry("vit_b_32", new Plan(Depth: 12, Width: 768, Hidden: 3072, Heads: 12), patch: 32),
        Entry("vit_l_16", new Plan(Depth: 24, Width: 1024, Hidden: 4096, Heads: 16), patch: 16),
        Entry("vit_l_32", new Plan(Depth: 24, Width: 1024, Hidden: 4096, Heads: 16), patch: 32),
        Entry("vit_h_14", new Plan(Depth: 32, Width: 1280, Hidden: 5120, Heads: 16), patch: 14),
    ];

    /// <summary>
    /// The smaller ones, which torchvision lacks: Touvron et al., "Training Data-Efficient Image Transformers &amp; Distillation through Attention",
    /// 2021 (table 1).
    /// </summary>
    public static IReadOnlyList<NetworkArchitecture> OfTimm { get; } =
    [
        Entry(Tiny, new Plan(Depth: 12, Width: 192, Hidden: 768, Heads: 3), patch: 16),
        Entry(Small, new Plan(Depth: 12, Width: 384, Hidden: 1536, Heads: 6), patch: 16),
    ];

    public override IReadOnlyList<Func<Tensor, Tensor>> Steps =>
    [
        Embedded,                                                                                               // [N, 3, side, side] to [N, tokens, width]
        .. Enumerable.Range(0, BlockStages - 1).Select(stage => (Func<Tensor, Tensor>)(tokens => encoder.Run(tokens, stage))),
        tokens => encoder.Run(tokens, BlockStages - 1).Then(first).Then(encoder.ln),                            // to [N, width]
        heads.call,                                                                                             // to [N, 1000]
    ];

    // The weights count positions, so a network is built for the side that its weights were trained at.
    private static NetworkArchitecture Entry(string name, Plan plan, int patch) => new(
        new BackboneInfo
        {
            Name = name,
            Stages =
            [
                new Stage("stem", "class_token", "conv_proj", "encoder.pos_embedding"),
                .. Enumerable.Range(0, BlockStages).Select(stage => new Stage($"stage{stage + 1}",
                [
                    .. Enumerable.Range(stage * plan.Depth / BlockStages, plan.Depth / BlockStages).Select(block => $"encoder.layers.encoder_layer_{block}"),
                    .. stage == BlockStages - 1 ? ["encoder.ln"] : Array.Empty<string>(),
                ])),
                new Stage("head", "heads"),
            ],
            Head = "heads.head",
            FeatureSize = plan.Width,
            Sides = ImageSides.Exactly(224),
        },
        side => new VisionTransformer(plan, patch, side).WithComponents());

    private Tensor Embedded(Tensor images)
    {
        using Tensor patches = conv_proj.call(images).Then(flatten).Then(permute);      // [N, patches, width]
        return embed.call(patches, class_token, encoder.pos_embedding);
    }

    /// <summary>A line of table 1.</summary>
    internal sealed record Plan(int Depth, int Width, int Hidden, int Heads);

    /// <summary>Puts the class token before the patches, and adds to each what tells its position.</summary>
    private sealed class Embedding() : nn.Module<Tensor, Tensor, Tensor, Tensor>(nameof(Embedding)), IGraphLayer
    {
        private static readonly Scalar _one = 1;

        public override Tensor forward(Tensor patches, Tensor classToken, Tensor positions)
        {
            using var scope = NewDisposeScope();
            Tensor classTokens = classToken.to(patches.dtype).expand(patches.shape[0], -1, -1);
            return cat([classTokens, patches], dim: 1).add(positions.to(patches.dtype), _one).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new("EmbedTokens");
    }

    /// <summary>The class token, which has gathered what the head needs, in float32.</summary>
    private sealed class FirstToken() : nn.Module<Tensor, Tensor>(nameof(FirstToken)), IGraphLayer
    {
        public override Tensor forward(Tensor tokens)
        {
            using var scope = NewDisposeScope();
            return tokens.select(1, 0).to(ScalarType.Float32).MoveToOuterDisposeScope();
        }

        public GraphOperation Describe() => new("Select", ("axis", 1L), ("index", 0L));
    }

    /// <summary>Positions, blocks and the last norm: under one key, used by several stages.</summary>
    private sealed class Encoder(Plan plan, long tokens) : nn.Module(nameof(Encoder)), IFollowsInputFormat
    {
        public readonly Parameter pos_embedding = new(zeros(1, tokens, plan.Width));
        private readonly Chain layers = new(
            Enumerable.Range(0, plan.Depth).Select(index => ($"encoder_layer_{index}", (nn.Module<Tensor, Tensor>?)new Block(plan))));
        public readonly LayerNormalization ln = new(plan.Width, Epsilon);        // behind the blocks, as in the forward pass

        /// <summary>Goes through the blocks of one of the stages, which share them equally.</summary>
        public Tensor Run(Tensor input, int stage)
        {
            int count = layers.Count / BlockStages;
            return layers.Run(input, stage * count, (stage + 1) * count);
        }
    }

    /// <summary>Figure 1, right: attention, then two linear layers, each behind a norm and beside a shortcut.</summary>
    private sealed class Block(Plan plan) : Composite(nameof(Block))
    {
        private readonly LayerNormalization ln_1 = new(plan.Width, Epsilon);
        private readonly SelfAttention self_attention = new(plan.Width, plan.Heads);
        private readonly Addition add1 = new();
        private readonly LayerNormalization ln_2 = new(plan.Width, Epsilon);
        // The third is torchvision's dropout, which no published network uses.
        private readonly Chain mlp = new(Layer.Linear(plan.Width, plan.Hidden), nn.GELU(), nn.Identity(), Layer.Linear(plan.Hidden, plan.Width));
        private readonly Addition add2 = new();

        public override Tensor forward(Tensor input)
        {
            using Tensor attended = ln_1.call(input).Then(self_attention).Then(add1, input);
            return ln_2.call(attended).Then(mlp).Then(add2, attended);
        }
    }
}
