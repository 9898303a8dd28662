"""The trained network of nlp/tagger.py: sides.onnx, with the tokenizer.json of the encoder that it grew from.

The encoder is BAAI/bge-small-en-v1.5 (12 layers of 384, 33 million weights, MIT licence). benchmarks/tagging/train.py
trained it on labelled reports (benchmarks/tagging/examples.py) and wrote it with its matrices as 8-bit whole numbers.
"""
